import React from 'react';
import type { RunColumns } from '../../server/contract/tracking-runs.ts';
import type { Lab } from '../tokens.ts';
import { keyOf } from './table-state.ts';

export type FieldKind = 'metrics' | 'params' | 'tags' | 'attributes';

interface FieldSelectProps {
  lab: Lab;
  known: RunColumns;
  kinds: readonly FieldKind[];
  value: string | undefined;
  change(field: string): void;
  label: string;
  /** What is chosen when no field is. */
  none?: string;
}

/** A field of runs, under the kind it is of. */
export function FieldSelect(props: FieldSelectProps): React.JSX.Element {
  const { lab, known, kinds, value, change, label, none } = props;
  const { trans } = lab;
  const titles: Record<FieldKind, string> = {
    metrics: trans.__('Metrics'),
    params: trans.__('Params'),
    tags: trans.__('Tags'),
    attributes: trans.__('Runs')
  };
  const words: Record<string, string> = {
    'attributes.start_time': trans.__('start'),
    'attributes.duration': trans.__('duration'),
    'attributes.experiment': trans.__('experiment'),
    'attributes.notebook': trans.__('notebook'),
    'attributes.state': trans.__('state')
  };
  const fields: Record<FieldKind, string[]> = {
    metrics: known.metrics.map(({ key }) => `metrics.${key}`),
    params: known.params.map(({ key }) => `params.${key}`),
    tags: known.tags.map(({ key }) => `tags.${key}`),
    attributes:
      none === undefined
        ? ['attributes.start_time', 'attributes.duration']
        : ['attributes.experiment', 'attributes.notebook', 'attributes.state']
  };
  return (
    <select
      className="sl-field"
      value={value ?? ''}
      aria-label={label}
      title={label}
      onChange={event => change(event.target.value)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {kinds.map(kind =>
        fields[kind].length === 0 ? null : (
          <optgroup key={kind} label={titles[kind]}>
            {fields[kind].map(field => (
              <option key={field} value={field}>
                {words[field] ?? keyOf(field)}
              </option>
            ))}
          </optgroup>
        )
      )}
    </select>
  );
}
