import React, { useEffect, useRef } from 'react';
import type { CellExecution, MetricSummary } from '../../server/contract/tracking.ts';
import type { Lab } from '../tokens.ts';
import { Link } from '../ui/states.tsx';
import { formatDuration, formatNumber } from '../ui/numbers.ts';
import { Column, TableHead } from '../ui/table-head.tsx';

interface RunCellsProps {
  lab: Lab;
  cells: readonly CellExecution[];
  metrics: readonly MetricSummary[];
  /** The execution that is pointed out. */
  marked: string | undefined;
  openCell(cellId: string): void;
}

/** Every execution in order: its source, how long it took, what it bound and logged, how it failed. */
export function RunCells(props: RunCellsProps): React.JSX.Element {
  const { lab, cells, metrics, marked, openCell } = props;
  const { trans } = lab;
  if (cells.length === 0) return <></>;
  return (
    <section aria-label={trans.__('Cells')}>
      <h3>{trans.__('Cells')}</h3>
      <table className="sl-table sl-cells">
        <TableHead>
          <Column number>#</Column>
          <Column>{trans.__('Source')}</Column>
          <Column number>{trans.__('Duration')}</Column>
          <Column>{trans.__('What came of it')}</Column>
        </TableHead>
        <tbody>
          {cells.map(cell => (
            <Row
              key={cell.executionId}
              lab={lab}
              cell={cell}
              metrics={metrics}
              isMarked={cell.executionId === marked}
              openCell={openCell}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  lab: Lab;
  cell: CellExecution;
  metrics: readonly MetricSummary[];
  isMarked: boolean;
  openCell(cellId: string): void;
}

function Row({ lab, cell, metrics, isMarked, openCell }: RowProps): React.JSX.Element {
  const { trans } = lab;
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (!isMarked) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.focus();
  }, [isMarked]);
  const { cellId } = cell;
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
    <tr ref={row} tabIndex={-1} className={isMarked ? 'sl-selected' : undefined}>
      <td className="sl-number sl-muted">{cell.count ?? ''}</td>
      <td>
        {cell.step && <span className="sl-muted">{cell.step}</span>}
        <pre className="sl-source" tabIndex={0}>
          {cell.source}
        </pre>
        {cellId !== undefined && (
          <span className="sl-small">
            <Link label={trans.__('Show in the notebook')} onClick={() => openCell(cellId)} />
            {' · '}
            <Link
              label={trans.__('Its other runs')}
              onClick={() => lab.openPage('cell', cellId, cell.step ?? trans.__('Runs of a cell'))}
            />
          </span>
        )}
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
