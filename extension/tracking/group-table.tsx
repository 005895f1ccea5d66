// Runs by the value of one field: how many, and of each metric the mean, its spread and its ends.
import React from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { getRunGroups } from '../client/routes.ts';
import { concernsRuns } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { LineMark } from '../ui/line-mark.tsx';
import { formatNumber, NOTHING } from '../ui/numbers.ts';
import { Link, Loading } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';
import { keyOf } from './table-state.ts';

interface GroupTableProps {
  lab: Lab;
  filter: string | undefined;
  by: string;
  metrics: readonly string[];
  /** Shows the runs of one group. */
  open(value: string | undefined): void;
}

const SHOWN = 300;

export function GroupTable({ lab, filter, by, metrics, open }: GroupTableProps): React.JSX.Element {
  const { client, trans } = lab;
  const question = { filter, by, metrics: [...metrics] };
  const found = useQuery(
    client,
    JSON.stringify(question),
    () => client.call(getRunGroups, question),
    concernsRuns
  );
  if (found.error && !found.data)
    return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  if (!found.data) return <Loading rows={8} label={trans.__('Grouping the runs')} />;
  const { groups } = found.data;
  return (
    <div className="sl-grid" tabIndex={0} role="group" aria-label={trans.__('Groups of runs')}>
      <table className="sl-table">
        <TableHead>
          <Column>{keyOf(by)}</Column>
          <Column number>{trans.__('Runs')}</Column>
          {metrics.map(key => (
            <Column key={key} number>
              {trans.__('%1, mean ± deviation', key)}
            </Column>
          ))}
        </TableHead>
        <tbody>
          {groups.slice(0, SHOWN).map(({ value, runs, metrics: spread }, index) => (
            <tr key={value ?? ''}>
              <th scope="row">
                <LineMark colour={index} />{' '}
                <Link
                  label={value ?? trans.__('no value')}
                  title={trans.__('Show these runs')}
                  onClick={() => open(value)}
                />
              </th>
              <td className="sl-number">{formatNumber(runs)}</td>
              {metrics.map(key => {
                const one = spread.find(metric => metric.key === key);
                return (
                  <td key={key} className="sl-number">
                    {one ? (
                      <>
                        <b>{formatNumber(one.mean)}</b>
                        {one.count > 1 && (
                          <>
                            {' '}
                            ± {formatNumber(one.deviation)}{' '}
                            <span className="sl-muted">
                              {formatNumber(one.low)} … {formatNumber(one.high)}
                            </span>
                          </>
                        )}
                      </>
                    ) : (
                      <span className="sl-muted">{NOTHING}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {groups.length > SHOWN && (
        <p className="sl-muted">
          {trans.__('%1 more groups; a search makes them fewer.', groups.length - SHOWN)}
        </p>
      )}
    </div>
  );
}
