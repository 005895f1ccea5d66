import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { VersionDiff } from '../../server/contract/pipelines.ts';
import { Diff } from '../ui/diff.tsx';

/** Differences only: steps with what they take and give, params, data, packages. */
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
  const { parameters, data, environment, semantic } = diff;
  if (steps.length + parameters.length + data.length + environment.length === 0) {
    return <p className="sl-muted">{trans.__('No differences.')}</p>;
  }
  return (
    <section aria-label={trans.__('What changed')}>
      <h3>{trans.__('What changed from %1 to %2', diff.from, diff.to)}</h3>
      {semantic && semantic.from.version !== semantic.to.version && (
        <p className="sl-muted">
          {semantic.from.version} → {semantic.to.version}
        </p>
      )}
      {steps.map(({ step, change, lines, inputs, outputs }) => (
        <div key={step} className="sl-block">
          <h4>
            {step} <span className="sl-muted">{words[change]}</span>
          </h4>
          <Names what={trans.__('in')} names={inputs} />
          <Names what={trans.__('out')} names={outputs} />
          {lines.length > 0 && <Diff lines={lines} />}
        </div>
      ))}
      <Values title={trans.__('Params')} values={parameters} />
      <Values title={trans.__('Data')} values={data} />
      <Values title={trans.__('Packages')} values={environment} />
    </section>
  );
}

interface NamesProps {
  what: string;
  names: { added: readonly string[]; removed: readonly string[] };
}

/** "in: +rows, −raw". */
function Names({ what, names: { added, removed } }: NamesProps): React.JSX.Element {
  const signed = [...added.map(name => `+${name}`), ...removed.map(name => `−${name}`)];
  if (signed.length === 0) return <></>;
  return (
    <p>
      <span className="sl-muted">{what}</span> {signed.join(', ')}
    </p>
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
