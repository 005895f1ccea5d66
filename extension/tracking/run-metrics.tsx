import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { MetricSummary } from '../../server/contract/tracking.ts';
import { formatNumber } from '../ui/numbers.ts';

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
          <thead>
            <tr>
              <td />
              <th scope="col" className="sl-number">
                {trans.__('last')}
              </th>
              <th scope="col" className="sl-number">
                {trans.__('best')}
              </th>
              <th scope="col">{trans.__('values')}</th>
            </tr>
          </thead>
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
