import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { useSignal } from '../ui/use-signal.ts';
import type { Notices } from './notices.ts';

/** The last thing that did not work, with where and what to do. */
export function NoticeStrip({
  notices,
  trans
}: {
  notices: Notices;
  trans: TranslationBundle;
}): React.JSX.Element {
  useSignal(notices.changed);
  const problem = notices.current?.problem;
  if (!problem) return <></>;
  const place =
    problem.cell === undefined
      ? undefined
      : problem.line === undefined
        ? trans.__('cell %1', problem.cell + 1)
        : trans.__('cell %1, line %2', problem.cell + 1, problem.line);
  return (
    <div className="sl-notice sl-failing" role="alert">
      <button
        type="button"
        className="sl-close"
        aria-label={trans.__('Dismiss')}
        onClick={() => notices.clear()}
      >
        <closeIcon.react tag="span" width="14px" height="14px" />
      </button>
      <p className="sl-state-title">{problem.detail}</p>
      {(place ?? problem.remedy) !== undefined && (
        <p className="sl-muted">{[place, problem.remedy].filter(Boolean).join(' · ')}</p>
      )}
    </div>
  );
}
