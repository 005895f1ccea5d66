import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { PromotionPreview } from '../../server/contract/registry.ts';
import { TONES } from '../ui/colours.ts';
import { formatChange, formatNumber } from '../ui/numbers.ts';
import { Column, TableHead } from '../ui/table-head.tsx';
import { versionName } from './model-words.ts';

type Metric = PromotionPreview['metrics'][number];

/** Both values, the change with its sign, and whether that is better: in a word, a mark and a colour. */
export function PromotionMetrics({
  preview,
  trans
}: {
  preview: PromotionPreview;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { metrics, current, candidate } = preview;
  if (metrics.length === 0)
    return <p className="sl-muted">{trans.__('Neither version has metrics.')}</p>;
  return (
    <table className="sl-table sl-promotion">
      <TableHead>
        <Column>{trans.__('Metric')}</Column>
        <Column number>
          {current ? trans.__('%1 champion', versionName(current.version)) : trans.__('champion')}
        </Column>
        <Column number>{versionName(candidate.version)}</Column>
        <Column number>{trans.__('change')}</Column>
        <Column>{trans.__('worse | better')}</Column>
      </TableHead>
      <tbody>
        {metrics.map(metric => (
          <tr key={metric.key}>
            <th scope="row">{metric.key}</th>
            <td className="sl-number">{formatNumber(metric.current)}</td>
            <td className="sl-number">
              <b>{formatNumber(metric.candidate)}</b>
            </td>
            <td className={`sl-number ${TONES[metric.verdict]}`}>
              {metric.change === undefined ? '' : formatChange(metric.change)}
            </td>
            <td>
              <Verdict metric={metric} trans={trans} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const WIDTH = 70;

/** Left of the line is worse, right is better; as far as the value moved, relative to what it was. */
function Verdict({
  metric,
  trans
}: {
  metric: Metric;
  trans: TranslationBundle;
}): React.JSX.Element {
  const words: Record<Metric['verdict'], string> = {
    better: trans.__('better'),
    worse: trans.__('worse'),
    same: trans.__('same'),
    unknown: ''
  };
  if (metric.verdict === 'unknown') {
    return (
      <span className="sl-muted">
        {metric.change === undefined ? '' : trans.__('no known direction')}
      </span>
    );
  }
  const base = typeof metric.current === 'number' ? Math.abs(metric.current) : 0;
  const share = base === 0 ? 1 : Math.min(1, Math.abs(metric.change ?? 0) / base / 0.1);
  const way = metric.verdict === 'better' ? 1 : metric.verdict === 'worse' ? -1 : 0;
  const x = WIDTH / 2 + way * (3 + share * (WIDTH / 2 - 8));
  return (
    <span className={`sl-verdict ${TONES[metric.verdict]}`}>
      <svg width={WIDTH} height="14" aria-hidden="true">
        <line x1={WIDTH / 2} x2={WIDTH / 2} y1="0" y2="14" className="sl-zero" />
        {way !== 0 && <line x1={WIDTH / 2} x2={x} y1="7" y2="7" className="sl-reach" />}
        <circle cx={x} cy="7" r="3.5" fill="currentColor" />
      </svg>
      {words[metric.verdict]}
    </span>
  );
}
