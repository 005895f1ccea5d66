// One run: what went in, what came out, how it went over time, and what each cell did.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useState } from 'react';
import type { RunDetail } from '../../server/contract/tracking.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { CallError } from '../client/call-error.ts';
import { getRun, listRuns } from '../client/routes.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { formatDuration } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { cellOfPoint, type CellOpener } from './cell-of-point.ts';
import { comparePage } from './compare-link.ts';
import { RunArtifacts } from './run-artifacts.tsx';
import { RunCells } from './run-cells.tsx';
import { RunCurves } from './run-curves.tsx';
import { RunFactsView } from './run-facts.tsx';
import { RunMetrics } from './run-metrics.tsx';
import { RunNote } from './run-note.tsx';
import { openWhy } from './run-version.tsx';

export function createRunPage(rendermime: IRenderMimeRegistry, opener: CellOpener) {
  return function RunPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
    const { client, trans } = lab;
    const [marked, mark] = useState<string>();
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
    return (
      <article aria-label={detail.name}>
        <Head run={detail} lab={lab} />
        <RunNote lab={lab} runId={id} note={detail.note} rendermime={rendermime} />
        <div className="sl-columns sl-even">
          <div>
            <RunMetrics metrics={detail.metrics} trans={trans} />
          </div>
          <div>
            <Params run={detail} lab={lab} />
            <RunFactsView lab={lab} run={detail} />
          </div>
        </div>
        <RunCurves
          lab={lab}
          rendermime={rendermime}
          run={detail}
          pick={point => {
            const cell = cellOfPoint(detail.cells, point);
            if (cell) mark(cell.executionId);
          }}
        />
        <RunArtifacts lab={lab} runId={id} artifacts={detail.artifacts} />
        <RunCells
          lab={lab}
          cells={detail.cells}
          metrics={detail.metrics}
          marked={marked}
          openCell={cellId => opener.open(lab, detail.notebook, cellId)}
        />
      </article>
    );
  };
}

function Head({ run, lab }: { run: RunDetail; lab: Lab }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const local = run.notebook && client.local(run.notebook);
  return (
    <header>
      <div className="sl-page-head">
        <h2>{run.name}</h2>
        <span className="sl-fill" />
        {run.notebook && (
          <Button
            label={trans.__('Why…')}
            title={trans.__('What changed between the run that was good and this one')}
            onClick={() => openWhy(lab, run)}
          />
        )}
        {run.notebook && (
          <Button
            label={trans.__('Compare with the run before')}
            onClick={() => void compareWithBefore(run, lab)}
          />
        )}
        {run.models.length > 0 && (
          <Button
            primary
            label={trans.__('Register model…')}
            onClick={() => void commands.execute(COMMANDS.register, { runId: run.runId })}
          />
        )}
      </div>
      <p className="sl-muted">
        <span className={`sl-mark-${runMark(run.state)}`}>{runStateWord(run.state, trans)}</span>
        {run.endTime !== undefined && ` · ${formatDuration(run.endTime - run.startTime)}`}
        {' · '}
        <Ago time={run.startTime} trans={trans} sentence />
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
          ` · ${trans._n('logged model %2', 'logged models %2', run.models.length, run.models.map(({ name }) => `“${name}”`).join(', '))}`}
      </p>
    </header>
  );
}

/** The newest run of the same notebook that began earlier. */
async function compareWithBefore(run: RunDetail, lab: Lab): Promise<void> {
  const filter = `attributes.start_time < ${run.startTime}`;
  const found = await lab.act(() =>
    lab.client.call(listRuns, { notebook: run.notebook, filter, limit: 1 })
  );
  const before = found?.items[0];
  if (before) {
    const names = new Map([
      [before.runId, before.name],
      [run.runId, run.name]
    ]);
    comparePage(lab, [before.runId, run.runId], names);
  } else if (found) {
    await lab.act(() =>
      Promise.reject(
        new CallError({
          code: 'nothing_to_compare',
          title: lab.trans.__('There is nothing to compare with'),
          detail: lab.trans.__('%1 is the first run of its notebook.', run.name)
        })
      )
    );
  }
}

function Params({ run, lab: { trans } }: { run: RunDetail; lab: Lab }): React.JSX.Element {
  const rows = Object.entries(run.params);
  return (
    <section aria-label={trans.__('Params')}>
      <h3>{trans.__('Params')}</h3>
      {rows.length === 0 ? (
        <p className="sl-muted">{trans.__('No params logged.')}</p>
      ) : (
        <table className="sl-table">
          <tbody>
            {rows.map(([key, value]) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
