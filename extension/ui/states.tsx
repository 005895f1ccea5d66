// What a list says when it has no rows to show: nothing yet, not yet, not possible, none that fits.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

interface Action {
  label: string;
  run(): void;
}

interface EmptyProps {
  text: string;
  /** The one thing that makes something appear here. */
  action?: Action | undefined;
  hint?: string | undefined;
}

export function Empty({ text, action, hint }: EmptyProps): React.JSX.Element {
  return (
    <div className="sl-state">
      <p>{text}</p>
      {hint !== undefined && <p className="sl-muted">{hint}</p>}
      {action && <Button primary label={action.label} onClick={action.run} />}
    </div>
  );
}

/** Grey rows where the list will be, so that nothing jumps. */
export function Loading({ rows = 4, label }: { rows?: number; label: string }): React.JSX.Element {
  return (
    <div className="sl-loading" role="status" aria-label={label} aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="sl-skeleton" />
      ))}
    </div>
  );
}

interface FailingProps {
  problem: { title: string; detail: string; remedy?: string | undefined };
  retry?: (() => void) | undefined;
  trans: TranslationBundle;
}

export function Failing({ problem, retry, trans }: FailingProps): React.JSX.Element {
  return (
    <div className="sl-state sl-failing" role="alert">
      <p className="sl-state-title">{problem.title}</p>
      <p>{problem.detail}</p>
      {problem.remedy && <p className="sl-muted">{problem.remedy}</p>}
      {retry && <Button label={trans.__('Try again')} onClick={retry} />}
    </div>
  );
}

interface ButtonProps {
  label: string;
  onClick(): void;
  primary?: boolean;
  disabled?: boolean;
  title?: string | undefined;
}

export function Button({
  label,
  onClick,
  primary = false,
  disabled = false,
  title
}: ButtonProps): React.JSX.Element {
  return (
    <button
      type="button"
      className={primary ? 'sl-button sl-primary' : 'sl-button'}
      onClick={onClick}
      disabled={disabled}
      title={title}
    >
      {label}
    </button>
  );
}

export function Link({
  label,
  onClick,
  title
}: {
  label: string;
  onClick(): void;
  title?: string;
}): React.JSX.Element {
  return (
    <button type="button" className="sl-link" onClick={onClick} title={title}>
      {label}
    </button>
  );
}
