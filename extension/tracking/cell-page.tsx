// One cell over its runs: when it ran, what it logged, and how its source changed from one time to the next.
import React from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { getCellHistory } from '../client/routes.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Diff } from '../ui/diff.tsx';
import { formatDuration, formatNumber } from '../ui/numbers.ts';
import { Button, Empty, Link, Loading } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';
import { Ago } from '../ui/time.tsx';
import { comparePage } from './compare-link.ts';

export function CellPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    id,
    () => client.call(getCellHistory, { cellId: id }),
    event => event.type === 'cell-changed' && event.cellId === id
  );
  if (found.error && !found.data)
    return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  if (!found.data) return <Loading rows={6} label={trans.__('Reading the runs of the cell')} />;
  const { items } = found.data;
  const names = new Map(items.map(({ runId, name }) => [runId, name]));
  return (
    <article aria-label={trans.__('Runs of a cell')}>
      <div className="sl-page-head">
        <h2>{trans.__('Runs of a cell')}</h2>
        <span className="sl-fill" />
        <Button
          label={trans.__('Compare the last two')}
          disabled={names.size < 2}
          onClick={() => comparePage(lab, [...names.keys()].slice(0, 2).reverse(), names)}
        />
      </div>
      {items.length === 0 ? (
        <Empty text={trans.__('This cell has not run yet since it is tracked.')} />
      ) : (
        <table className="sl-table sl-cells">
          <TableHead>
            <Column>{trans.__('Run')}</Column>
            <Column>{trans.__('What changed since the time before')}</Column>
            <Column>{trans.__('Logged')}</Column>
            <Column number>{trans.__('Duration')}</Column>
          </TableHead>
          <tbody>
            {items.map((item, index) => (
              <tr key={`${item.runId} ${item.executionId}`}>
                <td>
                  <Link
                    label={item.name}
                    onClick={() => lab.openPage('run', item.runId, item.name)}
                  />
                  <div>
                    <span className={`sl-mark-${runMark(item.state)}`}>
                      {runStateWord(item.state, trans)}
                    </span>{' '}
                    <Ago time={item.startTime} trans={trans} sentence />
                  </div>
                </td>
                <td>
                  {item.change.length > 0 ? (
                    <Diff lines={item.change} />
                  ) : index === items.length - 1 ? (
                    <pre className="sl-source" tabIndex={0}>
                      {item.source}
                    </pre>
                  ) : (
                    <span className="sl-muted">{trans.__('nothing')}</span>
                  )}
                </td>
                <td>
                  {item.metrics.map(({ key, last }) => (
                    <div key={key}>
                      {key} <b className="sl-number">{formatNumber(last)}</b>
                    </div>
                  ))}
                </td>
                <td className="sl-number">
                  {item.endTime === undefined ? '' : formatDuration(item.endTime - item.startTime)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </article>
  );
}
