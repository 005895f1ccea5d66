// One run: what went in, what came out, how it went over time, and what each cell did.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React from 'react';
import type { RunDetail } from '../../server/contract/tracking.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getRun } from '../client/routes.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { formatBytes, formatDuration, formatNumber } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { RunCells } from './run-cells.tsx';
import { Curve } from './curve.tsx';

export function createRunPage(rendermime: IRenderMimeRegistry) {
  return function RunPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
    const { client, trans } = lab;
    const run = useQuery(
      client,
      id,
      () => client.call(getRun, { runId: id }),
      event => 'runId' in event && event.runId === id
    );
    if (run.error && !run.data)
      return <QueryFailure error={run.error} retry={run.reload} trans={trans} />;
    if (!run.data) return <Loading rows={8} label={trans.__('Reading the run')} />;
    const detail = run.data;
    const curves = detail.metrics.filter(({ count }) => count > 1);
    return (
      <article aria-label={detail.name}>
        <Head run={detail} lab={lab} />
        <div className="sl-columns sl-even">
          <div>
            <Metrics run={detail} lab={lab} />
            <Curves>
              {curves.map(({ key }) => (
                <Curve key={key} lab={lab} runId={id} metric={key} rendermime={rendermime} />
              ))}
            </Curves>
          </div>
          <div>
            <Table
              title={trans.__('Params')}
              rows={Object.entries(detail.params)}
              empty={trans.__('No params logged.')}
            />
            <Table
              title={trans.__('Artifacts')}
              rows={detail.artifacts.map(({ path, bytes }) => [path, formatBytes(bytes)])}
              empty={trans.__('No artifacts logged.')}
              numbers
            />
          </div>
        </div>
        <RunCells cells={detail.cells} metrics={detail.metrics} trans={trans} />
      </article>
    );
  };
}

function Curves({ children }: { children: React.ReactNode[] }): React.JSX.Element {
  return children.length === 0 ? <></> : <div className="sl-charts">{children}</div>;
}

function Head({ run, lab }: { run: RunDetail; lab: Lab }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const { workspace } = client.status.now;
  const local = run.notebook?.startsWith(`${workspace}/`)
    ? run.notebook.slice(workspace.length + 1)
    : undefined;
  return (
    <header>
      <div className="sl-page-head">
        <h2>{run.name}</h2>
        <span className="sl-fill" />
        {run.models.length > 0 && (
          <Button
            primary
            label={trans.__('Register model…')}
            onClick={() =>
              void commands.execute(COMMANDS.register, { runId: run.runId, models: run.models })
            }
          />
        )}
      </div>
      <p className="sl-muted">
        <span className={`sl-mark-${runMark(run.state)}`}>{runStateWord(run.state, trans)}</span>
        {run.endTime !== undefined && ` · ${formatDuration(run.endTime - run.startTime)}`}
        {' · '}
        <Ago time={run.startTime} trans={trans} />
        {run.notebook && ' · '}
        {local ? (
          <Link
            label={local}
            onClick={() => void commands.execute('docmanager:open', { path: local })}
          />
        ) : (
          run.notebook
        )}
        {run.models.length > 0 &&
          ` · ${trans._n('logged model %2', 'logged models %2', run.models.length, run.models.map(({ name }) => name).join(', '))}`}
      </p>
    </header>
  );
}

function Metrics({ run, lab: { trans } }: { run: RunDetail; lab: Lab }): React.JSX.Element {
  const rows = run.metrics.map(({ key, last, count, step }): [string, string, string] => [
    key,
    formatNumber(last),
    count > 1 ? trans.__('%1 values, step %2', formatNumber(count), formatNumber(step)) : ''
  ]);
  return (
    <>
      <h3>{trans.__('Metrics')}</h3>
      {rows.length === 0 ? (
        <p className="sl-muted">{trans.__('No metrics logged yet.')}</p>
      ) : (
        <table className="sl-table">
          <tbody>
            {rows.map(([key, last, how]) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td className="sl-number">
                  <b>{last}</b>
                </td>
                <td className="sl-muted">{how}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

interface TableProps {
  title: string;
  rows: readonly (readonly [string, string])[];
  empty: string;
  numbers?: boolean;
}

function Table({ title, rows, empty, numbers = false }: TableProps): React.JSX.Element {
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="sl-muted">{empty}</p>
      ) : (
        <table className="sl-table">
          <tbody>
            {rows.map(([key, value]) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td className={numbers ? 'sl-number' : undefined}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
