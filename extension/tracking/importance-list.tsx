// Which params a metric depends on, as bars, with how that was found in plain words.
import React from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { getParamImportance } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatChange, formatNumber } from '../ui/numbers.ts';
import { Loading } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';

interface ImportanceListProps {
  lab: Lab;
  filter: string | undefined;
  metric: string;
}

const SHOWN = 10;

export function ImportanceList({ lab, filter, metric }: ImportanceListProps): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    JSON.stringify([filter, metric]),
    () => client.call(getParamImportance, { filter, metric }),
    () => false
  );
  if (found.error && !found.data)
    return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  if (!found.data) return <Loading rows={5} label={trans.__('Weighing the params')} />;
  const { params, runs, explained, method } = found.data;
  if (params.length === 0 || explained === undefined) {
    return (
      <p className="sl-muted">
        {trans.__('%1 runs differ too little to say what %2 depends on.', runs, metric)}
      </p>
    );
  }
  return (
    <>
      <p className="sl-muted sl-small" title={method}>
        {trans.__(
          '%1 runs; their params explain %2 % of %3.',
          formatNumber(runs),
          Math.round(Math.max(0, explained) * 100),
          metric
        )}
      </p>
      <table className="sl-table sl-importance">
        <TableHead>
          <Column>{trans.__('Param')}</Column>
          <Column>{trans.__('Importance')}</Column>
          <Column number>{trans.__('Correlation')}</Column>
        </TableHead>
        <tbody>
          {params.slice(0, SHOWN).map(({ key, importance, correlation }) => (
            <tr key={key}>
              <th scope="row" className="sl-clip">
                {key}
              </th>
              <td>
                <span className="sl-bar" aria-hidden="true">
                  <span style={{ width: `${importance * 100}%` }} />
                </span>{' '}
                {Math.round(importance * 100)} %
              </td>
              <td className="sl-number">
                {correlation === undefined ? '' : formatChange(Math.round(correlation * 100) / 100)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details className="sl-small">
        <summary>{trans.__('How this is found')}</summary>
        <p className="sl-muted">{method}</p>
      </details>
    </>
  );
}
