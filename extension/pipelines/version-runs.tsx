// The runs that were made from a version, newest first.
import React from 'react';
import { listVersionRuns } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { runMark, runStateWord, shownMetric } from '../client/run-words.ts';
import { concernsRuns } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatDuration, formatNumber } from '../ui/numbers.ts';
import { Link, Loading } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';
import { Ago } from '../ui/time.tsx';
import type { VersionLine } from './version-words.ts';

interface VersionRunsProps {
  line: VersionLine;
  version: string;
  lab: Lab;
}

export function VersionRuns({ line, version, lab }: VersionRunsProps): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    `${version} ${line.branch ?? ''}`,
    () => client.call(listVersionRuns, { ...line, version }),
    concernsRuns
  );
  if (found.error && !found.data)
    return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  if (!found.data) return <Loading label={trans.__('Reading the runs')} />;
  const { items, total } = found.data;
  const metric = shownMetric(items);
  if (items.length === 0)
    return (
      <p className="sl-muted">
        {trans.__(
          'No ended run is known to be made from %1: run the notebook, or its pipeline, as it is here.',
          version
        )}
      </p>
    );
  return (
    <section aria-label={trans.__('Runs')}>
      <table className="sl-table">
        <TableHead>
          <Column>{trans.__('Run')}</Column>
          <Column>{trans.__('State')}</Column>
          <Column number>{metric ?? trans.__('Metric')}</Column>
          <Column number>{trans.__('Duration')}</Column>
          <Column number>{trans.__('Started')}</Column>
        </TableHead>
        <tbody>
          {items.map(({ runId, name, state, metrics, startTime, endTime }) => (
            <tr key={runId}>
              <td>
                <Link label={name} onClick={() => lab.openPage('run', runId, name)} />
              </td>
              <td className={`sl-mark-${runMark(state)}`}>{runStateWord(state, trans)}</td>
              <td className="sl-number">
                {formatNumber(metrics.find(({ key }) => key === metric)?.last)}
              </td>
              <td className="sl-number">
                {endTime === undefined ? '' : formatDuration(endTime - startTime)}
              </td>
              <td className="sl-number">
                <Ago time={startTime} trans={trans} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > items.length && (
        <p className="sl-muted">
          {trans.__('The newest %1 of %2 runs.', items.length, total.toLocaleString('en-US'))}
        </p>
      )}
    </section>
  );
}
