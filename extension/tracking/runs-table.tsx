// The table itself: a run a row, the columns somebody chose, pinned ones at the left.
import React from 'react';
import type { RunColumns, RunRow } from '../../server/contract/tracking-runs.ts';
import { runMark, runStateWord } from '../client/run-words.ts';
import type { Lab } from '../tokens.ts';
import { Grid, type GridColumn } from '../ui/grid.tsx';
import { LineMark } from '../ui/line-mark.tsx';
import { formatDuration, formatNumber, NOTHING } from '../ui/numbers.ts';
import { Link } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import type { RunRows, ShownRow } from './run-rows.ts';
import { type RunVersionName, showVersion, useRunVersions } from './run-versions.ts';
import { keyOf, nextOrder, sortOf, type TableState } from './table-state.ts';

const ROW = 30;

interface RunsTableProps {
  lab: Lab;
  rows: RunRows;
  columns: readonly string[];
  known: RunColumns | undefined;
  state: TableState;
  setOrder(order: string | undefined): void;
  chosen: ReadonlySet<string>;
  choose(index: number, range: boolean): void;
  remove(): void;
  /** Numbers of the lines in the chart beside, by run. */
  lines: ReadonlyMap<string, number>;
}

export function RunsTable(props: RunsTableProps): React.JSX.Element {
  const { lab, rows, columns, known, state, setOrder, chosen, choose, lines } = props;
  const { trans } = lab;
  const versions = useRunVersions(lab, rows.loaded());
  const directions = new Map(known?.metrics.map(({ key, direction }) => [key, direction]));
  const fields = new Map(known?.params.map(({ key, numeric }) => [key, numeric]));
  const sort = (field: string) => sortOf(field, state.order).sort;
  const column = (field: string): GridColumn => ({
    id: field,
    label: sortOf(field, state.order).best ? trans.__('%1, best', keyOf(field)) : keyOf(field),
    width: field.startsWith('metrics.') ? 116 : 72,
    number: field.startsWith('metrics.') || (fields.get(keyOf(field)) ?? false),
    pinned: state.pinned.includes(field),
    sort: sort(field)
  });
  const all: GridColumn[] = [
    {
      id: 'attributes.run_name',
      label: trans.__('Run'),
      width: 176,
      pinned: true,
      sort: sort('attributes.run_name')
    },
    {
      id: 'attributes.status',
      label: trans.__('State'),
      width: 72,
      sort: sort('attributes.status')
    },
    ...(versions.size > 0 ? [{ id: 'version', label: trans.__('Version'), width: 62 }] : []),
    ...columns.map(column),
    { id: 'duration', label: trans.__('Duration'), width: 70, number: true },
    {
      id: 'attributes.start_time',
      label: trans.__('Started'),
      width: 66,
      number: true,
      sort: sort('attributes.start_time')
    }
  ];
  const open = (index: number) => {
    const run = rows.at(index)?.run;
    if (run) lab.openPage('run', run.runId, run.name);
  };
  const sortBy = ({ id }: GridColumn) => {
    const direction = id.startsWith('metrics.') ? directions.get(keyOf(id)) : undefined;
    const descendingFirst = direction === 'higher' || id === 'attributes.start_time';
    const hasBest = direction === 'higher' || direction === 'lower';
    setOrder(nextOrder(id, state.order, descendingFirst, hasBest));
  };
  return (
    <Grid
      label={trans.__('Runs')}
      columns={all}
      count={rows.count ?? 0}
      rowHeight={ROW}
      idAt={index => rows.at(index)?.run.runId}
      want={rows.want}
      sortBy={sortBy}
      open={open}
      isChosen={index => chosen.has(rows.at(index)?.run.runId ?? '')}
      choose={choose}
      chooseLabel={trans.__('Choose')}
      onKey={(key, index) => {
        const run = rows.at(index)?.run;
        if (key === 'Delete' && chosen.size > 0) props.remove();
        else if (key === 'ArrowRight' && run && run.children > 0 && !rows.isOpen(run.runId))
          rows.toggle(run);
        else if (key === 'ArrowLeft' && run && rows.isOpen(run.runId)) rows.toggle(run);
        else return false;
        return true;
      }}
      cell={(index, { id }) => {
        const shown = rows.at(index)!;
        if (id === 'attributes.run_name')
          return <Name shown={shown} rows={rows} lab={lab} nested={state.nested} lines={lines} />;
        if (id === 'version')
          return <Version run={shown.run} made={versions.get(shown.run.runId)} lab={lab} />;
        return <Value run={shown.run} field={id} lab={lab} />;
      }}
    />
  );
}

interface NameProps {
  shown: ShownRow;
  rows: RunRows;
  lab: Lab;
  nested: boolean;
  lines: ReadonlyMap<string, number>;
}

function Name({ shown: { run, depth }, rows, lab, nested, lines }: NameProps): React.JSX.Element {
  const { trans } = lab;
  const isOpen = rows.isOpen(run.runId);
  const line = lines.get(run.runId);
  return (
    <span className="sl-run-name" style={{ paddingLeft: depth * 16 }}>
      <span className="sl-run-title">
        {nested && (
          <button
            type="button"
            className="sl-twist"
            tabIndex={-1}
            disabled={run.children === 0}
            aria-expanded={run.children > 0 ? isOpen : undefined}
            aria-label={trans.__('Nested runs')}
            onClick={() => rows.toggle(run)}
          >
            {run.children === 0 ? '' : isOpen ? '▾' : '▸'}
          </button>
        )}
        {line !== undefined && <LineMark colour={line} />}
        <Link
          label={run.name}
          title={run.name}
          onClick={() => lab.openPage('run', run.runId, run.name)}
        />
        {run.note && <span title={trans.__('Has a note')}>✎</span>}
      </span>
      <span className="sl-muted sl-clip">
        {nested && run.children > 0
          ? trans._n('%1 nested', '%1 nested', run.children)
          : run.notebook?.split('/').pop()}
      </span>
    </span>
  );
}

interface VersionProps {
  run: RunRow;
  made: RunVersionName | undefined;
  lab: Lab;
}

/** The version that made the run. */
function Version({ run, made, lab }: VersionProps): React.JSX.Element {
  if (!made || run.notebook === undefined) return <span className="sl-muted">{NOTHING}</span>;
  const path = run.notebook;
  return (
    <Link
      label={made.version}
      title={made.branch === undefined ? made.version : `${made.version}, ${made.branch}`}
      onClick={() => showVersion(lab, path, made)}
    />
  );
}

function Value({ run, field, lab }: { run: RunRow; field: string; lab: Lab }): React.JSX.Element {
  const { trans } = lab;
  if (field === 'attributes.status')
    return (
      <span className={`sl-mark-${runMark(run.state)}`}>{runStateWord(run.state, trans)}</span>
    );
  if (field === 'duration')
    return <>{run.endTime === undefined ? '' : formatDuration(run.endTime - run.startTime)}</>;
  if (field === 'attributes.start_time') return <Ago time={run.startTime} trans={trans} />;
  const key = keyOf(field);
  if (field.startsWith('metrics.')) {
    const metric = run.metrics[key];
    if (!metric) return <span className="sl-muted">{NOTHING}</span>;
    const isBest = metric.best === undefined || metric.best === metric.last;
    return (
      <span className="sl-metric">
        {!isBest && (
          <span className="sl-best sl-muted">{trans.__('best %1', formatNumber(metric.best))}</span>
        )}
        <b>{formatNumber(metric.last)}</b>
      </span>
    );
  }
  const value = (field.startsWith('params.') ? run.params : run.tags)[key];
  return value === undefined ? (
    <span className="sl-muted">{NOTHING}</span>
  ) : (
    <span className="sl-clip" title={value}>
      {value}
    </span>
  );
}
