import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { CellExecution, MetricSummary } from '../../server/contract/tracking.ts';
import { formatDuration, formatNumber } from '../ui/numbers.ts';

interface RunCellsProps {
  cells: readonly CellExecution[];
  metrics: readonly MetricSummary[];
  trans: TranslationBundle;
}

/** Every execution in order: its source, how long it took, what it bound and logged, how it failed. */
export function RunCells({ cells, metrics, trans }: RunCellsProps): React.JSX.Element {
  if (cells.length === 0) return <></>;
  return (
    <section>
      <h3>{trans.__('Cells')}</h3>
      <table className="sl-table sl-cells">
        <thead>
          <tr>
            <th scope="col" className="sl-number">
              #
            </th>
            <th scope="col">{trans.__('Source')}</th>
            <th scope="col" className="sl-number">
              {trans.__('Duration')}
            </th>
            <th scope="col">{trans.__('What came of it')}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(cell => (
            <Row key={cell.executionId} cell={cell} metrics={metrics} trans={trans} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  cell: CellExecution;
  metrics: readonly MetricSummary[];
  trans: TranslationBundle;
}

function Row({ cell, metrics, trans }: RowProps): React.JSX.Element {
  const words: Record<CellExecution['state'], string> = {
    running: trans.__('running'),
    ok: '',
    error: trans.__('failed'),
    aborted: trans.__('not run'),
    interrupted: trans.__('interrupted')
  };
  const logged = metrics.filter(({ key }) => cell.metrics.includes(key));
  const bound = cell.changes.map(({ name, type, shape }) => `${name} ${shape ?? type}`);
  return (
    <tr>
      <td className="sl-number sl-muted">{cell.count ?? ''}</td>
      <td>
        {cell.step && <span className="sl-muted">{cell.step}</span>}
        <pre className="sl-source" tabIndex={0}>
          {cell.source}
        </pre>
      </td>
      <td className="sl-number">
        {cell.endTime === undefined ? '' : formatDuration(cell.endTime - cell.startTime)}
        {words[cell.state] && (
          <div className={cell.state === 'running' ? 'sl-live' : 'sl-bad'}>{words[cell.state]}</div>
        )}
      </td>
      <td>
        {cell.error && (
          <div className="sl-bad">
            {cell.error.name}: {cell.error.value}
          </div>
        )}
        {logged.map(({ key, last }) => (
          <div key={key}>
            {key} <b className="sl-number">{formatNumber(last)}</b>
          </div>
        ))}
        {bound.length > 0 && <div className="sl-muted">{bound.join(', ')}</div>}
      </td>
    </tr>
  );
}
