import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { VersionDiff } from '../../server/contract/pipelines.ts';
import { Diff } from '../ui/diff.tsx';

/** Differences only: steps, params, packages. */
export function VersionChanges({
  diff,
  trans
}: {
  diff: VersionDiff;
  trans: TranslationBundle;
}): React.JSX.Element {
  const steps = diff.steps.filter(({ change }) => change !== 'same');
  const words = {
    added: trans.__('added'),
    removed: trans.__('removed'),
    changed: trans.__('changed'),
    same: ''
  };
  if (steps.length + diff.parameters.length + diff.environment.length === 0) {
    return <p className="sl-muted">{trans.__('No differences.')}</p>;
  }
  return (
    <section aria-label={trans.__('What changed')}>
      <h3>{trans.__('What changed from %1 to %2', diff.from, diff.to)}</h3>
      {steps.map(({ step, change, lines }) => (
        <div key={step} className="sl-block">
          <h4>
            {step} <span className="sl-muted">{words[change]}</span>
          </h4>
          {lines.length > 0 && <Diff lines={lines} />}
        </div>
      ))}
      <Values title={trans.__('Params')} values={diff.parameters} />
      <Values title={trans.__('Packages')} values={diff.environment} />
    </section>
  );
}

interface ValuesProps {
  title: string;
  values: readonly { name: string; from?: string | undefined; to?: string | undefined }[];
}

function Values({ title, values }: ValuesProps): React.JSX.Element {
  if (values.length === 0) return <></>;
  return (
    <>
      <h4>{title}</h4>
      <table className="sl-table">
        <tbody>
          {values.map(({ name, from, to }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {from ?? '–'} → {to ?? '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
