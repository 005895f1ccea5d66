import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { MetricSummary } from '../../server/contract/tracking.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Column, TableHead } from '../ui/table-head.tsx';

/** The last and the best value of each metric. */
export function RunMetrics({
  metrics,
  trans
}: {
  metrics: readonly MetricSummary[];
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <section aria-label={trans.__('Metrics')}>
      <h3>{trans.__('Metrics')}</h3>
      {metrics.length === 0 ? (
        <p className="sl-muted">{trans.__('No metrics logged yet.')}</p>
      ) : (
        <table className="sl-table">
          <TableHead>
            <td />
            <Column number>{trans.__('last')}</Column>
            <Column number>{trans.__('best')}</Column>
            <Column>{trans.__('values')}</Column>
          </TableHead>
          <tbody>
            {metrics.map(({ key, last, best, count, step }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td className="sl-number">
                  <b>{formatNumber(last)}</b>
                </td>
                <td className="sl-number">{best === undefined ? '' : formatNumber(best)}</td>
                <td className="sl-muted">
                  {count > 1
                    ? trans.__('%1, up to step %2', formatNumber(count), formatNumber(step))
                    : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
