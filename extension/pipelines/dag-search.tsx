import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

interface DagSearchProps {
  input: React.RefObject<HTMLInputElement>;
  text: string;
  change(text: string): void;
  /** Steps that fit, the best first. */
  found: readonly string[];
  selected: string | undefined;
  choose(step: string): void;
  trans: TranslationBundle;
}

/** Finds a step of many: Enter goes from one to the next, Escape ends it. */
export function DagSearch(props: DagSearchProps): React.JSX.Element {
  const { input, text, change, found, selected, choose, trans } = props;
  const at = selected === undefined ? -1 : found.indexOf(selected);
  const go = (by: number) => {
    const step = found[(at + by + found.length) % found.length];
    if (step !== undefined) choose(step);
  };
  return (
    <>
      <input
        ref={input}
        type="search"
        className="sl-dag-search"
        value={text}
        placeholder={trans.__('Find a step')}
        aria-label={trans.__('Find a step by its name or a value; Enter goes to the next')}
        onChange={event => change(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && found.length > 0) go(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') change('');
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className="sl-muted sl-dag-found" role="status">
        {text.trim() === ''
          ? ''
          : at < 0
            ? trans._n('%1 step', '%1 steps', found.length)
            : trans.__('%1 of %2', at + 1, found.length)}
      </span>
    </>
  );
}
