// All runs as a table: params and metrics side by side.
import React, { useState } from 'react';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { listRuns } from '../client/routes.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatDuration, formatNumber, NOTHING } from '../ui/numbers.ts';
import { Search } from '../ui/search.tsx';
import { Button, Empty, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { columnsOf } from './columns.ts';
import { filterOf } from './search.ts';

const PAGE = 100;

export function RunsPage({ lab }: { lab: Lab; id: string }): React.JSX.Element {
  const { client, trans } = lab;
  const [typed, type] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const filter = filterOf(typed);
  const runs = useQuery(
    client,
    `${filter ?? ''} ${limit}`,
    () => client.call(listRuns, { limit, ...(filter ? { filter } : {}) }),
    event => event.type === 'run-changed' || event.type === 'metrics-logged'
  );
  const items = runs.data?.items;
  return (
    <>
      <div className="sl-page-head">
        <h2>{trans.__('Runs')}</h2>
        <span className="sl-fill" />
        <Search
          text={typed}
          change={type}
          placeholder="rmse < 21 and rounds = 200"
          label={trans.__('Search runs')}
        />
      </div>
      {runs.error && !items && (
        <QueryFailure error={runs.error} retry={runs.reload} trans={trans} />
      )}
      {runs.loading && <Loading rows={10} label={trans.__('Reading the runs')} />}
      {items?.length === 0 &&
        (filter ? (
          <Empty
            text={trans.__('No run fits.')}
            action={{ label: trans.__('Clear the search'), run: () => type('') }}
          />
        ) : (
          <Empty text={trans.__('Run a cell of any notebook: its run appears here by itself.')} />
        ))}
      {items && items.length > 0 && <RunsTable runs={items} lab={lab} />}
      {runs.data?.next && limit < 1000 && (
        <div className="sl-actions">
          <Button
            label={trans.__('Show more')}
            onClick={() => setLimit(Math.min(1000, limit * 2))}
          />
        </div>
      )}
    </>
  );
}

function RunsTable({ runs, lab }: { runs: readonly RunSummary[]; lab: Lab }): React.JSX.Element {
  const { trans } = lab;
  const { params, metrics } = columnsOf(runs);
  return (
    <table className="sl-table sl-runs">
      <thead>
        <tr>
          <th scope="col">{trans.__('Run')}</th>
          <th scope="col">{trans.__('State')}</th>
          {[...params, ...metrics].map(key => (
            <th scope="col" key={key} className="sl-number">
              {key}
            </th>
          ))}
          <th scope="col" className="sl-number">
            {trans.__('Duration')}
          </th>
          <th scope="col" className="sl-number">
            {trans.__('Started')}
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map(run => (
          <tr key={run.runId}>
            <td>
              <Link label={run.name} onClick={() => lab.openPage('run', run.runId, run.name)} />{' '}
              <span className="sl-muted">{run.notebook?.split('/').pop()}</span>
            </td>
            <td className={`sl-mark-${runMark(run.state)}`}>{runStateWord(run.state, trans)}</td>
            {params.map(key => (
              <td key={key} className="sl-number">
                {run.params[key] ?? NOTHING}
              </td>
            ))}
            {metrics.map(key => (
              <td key={key} className="sl-number">
                <b>{formatNumber(run.metrics.find(metric => metric.key === key)?.last)}</b>
              </td>
            ))}
            <td className="sl-number">
              {run.endTime === undefined ? '' : formatDuration(run.endTime - run.startTime)}
            </td>
            <td className="sl-number">
              <Ago time={run.startTime} trans={trans} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
