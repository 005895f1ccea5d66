// Runs side by side: only what differs, unless asked; the first run is what the others are measured by.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useMemo, useState } from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { compare } from '../client/routes.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Diff } from '../ui/diff.tsx';
import { LineMark } from '../ui/line-mark.tsx';
import { formatBytes, formatDuration, NOTHING } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { comparePage } from './compare-link.ts';
import { ComparedMetrics } from './compare-metrics.tsx';
import { CompareTable, type PartProps } from './compare-table.tsx';
import { MetricCurves } from './metric-curves.tsx';
import { useLast } from '../ui/use-last.ts';
import { ArtifactView } from './run-artifacts.tsx';
import { openWhy } from './run-version.tsx';

const PICTURES = 12;

export function createComparePage(rendermime: IRenderMimeRegistry) {
  /** `id` is the runs' ids with commas between. */
  return function ComparePage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
    const { client, trans } = lab;
    const [everything, setEverything] = useState(false);
    const runIds = useMemo(() => id.split(','), [id]);
    const found = useQuery(
      client,
      `${id} ${everything}`,
      () => client.call(compare, { runIds, everything }),
      event => 'runId' in event && runIds.includes(event.runId)
    );
    const shown = useLast(found.data);
    if (found.error && !shown)
      return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
    if (!shown) return <Loading rows={10} label={trans.__('Comparing the runs')} />;
    const left = Object.values(shown.equal).reduce((sum, count) => sum + count, 0);
    return (
      <article aria-label={trans.__('Comparison')} className="sl-compare-page">
        <div className="sl-page-head">
          <h2>{trans.__('Compare %1 runs', shown.runs.length)}</h2>
          <span className="sl-fill" />
          {shown.runs.length === 2 && shown.runs[1]!.notebook !== undefined && (
            <Button
              label={trans.__('Why…')}
              title={trans.__('The differences in the order in which they are likely to matter')}
              onClick={() => openWhy(lab, shown.runs[1]!, shown.runs[0]!.runId)}
            />
          )}
          <label>
            <input
              type="checkbox"
              checked={everything}
              onChange={event => setEverything(event.target.checked)}
            />{' '}
            {left > 0
              ? trans.__('also the %1 things that are equal', left)
              : trans.__('also what is equal')}
          </label>
        </div>
        <Heads lab={lab} found={shown} />
        <ComparedMetrics lab={lab} found={shown} />
        <Rows lab={lab} found={shown} title={trans.__('Params')} rows={shown.params} />
        <Curves lab={lab} found={shown} rendermime={rendermime} />
        <Artifacts lab={lab} found={shown} />
        <Cells lab={lab} found={shown} />
        <Rows lab={lab} found={shown} title={trans.__('Data')} rows={shown.data} />
        <Rows lab={lab} found={shown} title={trans.__('Environment')} rows={shown.environment} />
        {shown.environmentUnknown.length > 0 &&
          shown.environmentUnknown.length < shown.runs.length && (
            <p className="sl-muted">
              {trans.__(
                'Nothing is known of the environment of %1.',
                shown.runs
                  .filter(({ runId }) => shown.environmentUnknown.includes(runId))
                  .map(({ name }) => name)
                  .join(', ')
              )}
            </p>
          )}
        <Rows lab={lab} found={shown} title={trans.__('Tags and origin')} rows={shown.tags} />
      </article>
    );
  };
}

function Heads({ lab, found }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const { runs } = found;
  const names = new Map(runs.map(({ runId, name }) => [runId, name]));
  return (
    <CompareTable lab={lab} found={found} label={trans.__('Runs')}>
      <tr>
        <th scope="row">{trans.__('State')}</th>
        {runs.map(({ runId, state, startTime, endTime }) => (
          <td key={runId}>
            <span className={`sl-mark-${runMark(state)}`}>{runStateWord(state, trans)}</span>
            {endTime !== undefined && ` · ${formatDuration(endTime - startTime)}`}
            {' · '}
            <Ago time={startTime} trans={trans} sentence />
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">{trans.__('Measured by')}</th>
        {runs.map(({ runId }, index) => (
          <td key={runId}>
            {index === 0 ? (
              trans.__('this one')
            ) : (
              <Link
                label={trans.__('take this one')}
                onClick={() =>
                  comparePage(
                    lab,
                    [runId, ...[...names.keys()].filter(other => other !== runId)],
                    names
                  )
                }
              />
            )}
          </td>
        ))}
      </tr>
    </CompareTable>
  );
}

interface RowsProps extends PartProps {
  title: string;
  rows: readonly { key: string; values: readonly (string | null)[] }[];
}

function Rows({ lab, found, title, rows }: RowsProps): React.JSX.Element {
  if (rows.length === 0) return <></>;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <CompareTable lab={lab} found={found} label={title}>
        {rows.map(({ key, values }) => (
          <tr key={key}>
            <th scope="row" title={key}>
              {key}
            </th>
            {values.map((value, index) => (
              <td
                key={index}
                className={value === values[0] || index === 0 ? undefined : 'sl-differs'}
                title={value ?? undefined}
              >
                {value ?? <span className="sl-muted">{NOTHING}</span>}
              </td>
            ))}
          </tr>
        ))}
      </CompareTable>
    </section>
  );
}

function Curves({
  lab,
  found,
  rendermime
}: PartProps & { rendermime: IRenderMimeRegistry }): React.JSX.Element {
  const metrics = found.metrics.filter(({ curve }) => curve).map(({ key }) => key);
  const ids = found.runs.map(({ runId }) => runId).join();
  const runs = useMemo(
    () => found.runs.map(({ runId, name }, colour) => ({ runId, label: name, colour })),
    [ids]
  );
  if (metrics.length === 0) return <></>;
  return <MetricCurves lab={lab} rendermime={rendermime} metrics={metrics} runs={runs} />;
}

function Artifacts({ lab, found }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const { artifacts, runs } = found;
  if (artifacts.length === 0) return <></>;
  const seen = artifacts.filter(({ kind }) => kind !== 'none');
  return (
    <section aria-label={trans.__('Artifacts')}>
      <h3>{trans.__('Artifacts')}</h3>
      {seen.map(({ path, bytes, kind }, index) => (
        <Beside
          key={path}
          title={path}
          open={index < PICTURES && (kind === 'image' || /confusion/i.test(path))}
          runs={runs.map(({ name }) => name)}
        >
          {runs.map(({ runId }, run) =>
            bytes[run] === null ? (
              <p key={runId} className="sl-muted">
                {trans.__('not in this run')}
              </p>
            ) : (
              <ArtifactView key={runId} lab={lab} runId={runId} path={path} />
            )
          )}
        </Beside>
      ))}
      {artifacts
        .filter(({ kind }) => kind === 'none')
        .map(({ path, bytes }) => (
          <p key={path} className="sl-muted">
            {path}: {bytes.map(size => (size === null ? NOTHING : formatBytes(size))).join(' | ')}
          </p>
        ))}
    </section>
  );
}

/** The same file of each run in a row; nothing is read before it is opened. */
function Beside(props: {
  title: string;
  open: boolean;
  runs: readonly string[];
  children: React.ReactNode[];
}): React.JSX.Element {
  const [open, setOpen] = useState(props.open);
  return (
    <details className="sl-block" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{props.title}</summary>
      {open && (
        <div className="sl-beside">
          {props.children.map((child, index) => (
            <figure key={index}>
              <figcaption className="sl-clip">
                <LineMark colour={index} /> {props.runs[index]}
              </figcaption>
              {child}
            </figure>
          ))}
        </div>
      )}
    </details>
  );
}

function Cells({ lab, found }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const names = new Map(found.runs.map(({ runId, name }) => [runId, name]));
  const base = found.runs[0]!.name;
  const words = {
    same: trans.__('same'),
    changed: trans.__('changed'),
    added: trans.__('executed only here'),
    removed: trans.__('not executed here')
  };
  if (found.cells.length === 0) return <></>;
  return (
    <section aria-label={trans.__('Source of cells')}>
      <h3>{trans.__('Source of cells, against %1', base)}</h3>
      {found.cells.map(({ cell, changes }, index) => (
        <div key={`${cell} ${index}`}>
          {changes.map(({ runId, change, lines }) => (
            <details key={runId} className="sl-block" open={change === 'changed'}>
              <summary>
                <b>{cell}</b>{' '}
                <span className="sl-muted">
                  {names.get(runId)} · {words[change]}
                </span>
              </summary>
              {lines.length > 0 && <Diff lines={lines} />}
            </details>
          ))}
        </div>
      ))}
    </section>
  );
}
