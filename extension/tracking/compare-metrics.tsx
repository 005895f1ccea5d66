import React from 'react';
import { TONES } from '../ui/colours.ts';
import { formatChange, formatNumber } from '../ui/numbers.ts';
import { CompareTable, type PartProps } from './compare-table.tsx';

/** The last value of each run, how far it is from the first run's, and whether that is better: a sign, a word, a colour. */
export function ComparedMetrics({ lab, found }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const words = {
    better: trans.__('better'),
    worse: trans.__('worse'),
    same: '',
    unknown: ''
  };
  return (
    <section aria-label={trans.__('Metrics')}>
      <h3>{trans.__('Metrics')}</h3>
      {found.metrics.length === 0 ? (
        <p className="sl-muted">{trans.__('No metric differs.')}</p>
      ) : (
        <CompareTable lab={lab} found={found} label={trans.__('Metrics')}>
          {found.metrics.map(metric => (
            <tr key={metric.key}>
              <th scope="row" title={metric.key}>
                {metric.key}{' '}
                {metric.direction !== 'unknown' && (
                  <span className="sl-muted sl-small">
                    {metric.direction === 'lower'
                      ? trans.__('lower is better')
                      : trans.__('higher is better')}
                  </span>
                )}
              </th>
              {metric.values.map((value, run) => {
                const [change, verdict] = [metric.change[run], metric.verdict[run]!];
                const best = metric.best?.[run];
                return (
                  <td key={run}>
                    <b className="sl-number">{formatNumber(value ?? undefined)}</b>{' '}
                    {typeof change === 'number' && change !== 0 && (
                      <span className={TONES[verdict]}>
                        {change > 0 ? '▲' : '▼'} {formatChange(change)} {words[verdict]}
                      </span>
                    )}
                    {best !== null && best !== undefined && best !== value && (
                      <div className="sl-muted sl-small">
                        {trans.__('best %1', formatNumber(best))}
                      </div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </CompareTable>
      )}
    </section>
  );
}
