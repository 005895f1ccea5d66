// One thing as a row, wherever things are listed: state, name, a small curve, a value, an age; under it what it is about.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Sparkline } from './sparkline.tsx';
import { Ago } from './time.tsx';

export interface EntryProps {
  /** Colour of the dot; `state` says the same in a word. */
  mark: string;
  state: string;
  name: string;
  curve?: { values: readonly number[]; label: string } | undefined;
  value?: string | undefined;
  valueTitle?: string | undefined;
  time?: number | undefined;
  /** The second line; without it the entry is one line, with its age at the end. */
  detail?: string | undefined;
  trans: TranslationBundle;
}

export function Entry(props: EntryProps): React.JSX.Element {
  const { mark, state, name, curve, value, valueTitle, time, detail, trans } = props;
  const age = time !== undefined && <Ago time={time} trans={trans} />;
  return (
    <div className={detail === undefined ? 'sl-item sl-single' : 'sl-item'}>
      <span
        data-choose=""
        className={`sl-dot sl-mark-${mark}`}
        role="img"
        aria-label={state}
        title={state}
      />
      <span className="sl-item-name sl-clip" title={name}>
        {name}
      </span>
      <span className="sl-item-curve">
        {curve && curve.values.length > 1 && (
          <Sparkline values={curve.values} width={40} label={curve.label} />
        )}
      </span>
      <span className="sl-number" title={valueTitle}>
        {value}
      </span>
      {detail === undefined ? (
        age
      ) : (
        <span className="sl-item-detail sl-muted sl-clip" title={detail}>
          {detail}
          {age && ' · '}
          {age}
        </span>
      )}
    </div>
  );
}
