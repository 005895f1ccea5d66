// All runs: search, charts, and a table of any length.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useEffect, useMemo, useState } from 'react';
import type { RunColumns } from '../../server/contract/tracking-runs.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getRunColumns } from '../client/routes.ts';
import { concernsRuns, useEvents } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Button, Empty, Loading } from '../ui/states.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { useLast } from '../ui/use-last.ts';
import { FieldSelect } from './field-select.tsx';
import { GroupTable } from './group-table.tsx';
import { RunBin, useRunBin } from './run-bin.tsx';
import { RunCharts } from './run-charts.tsx';
import { useRunRows } from './run-rows.ts';
import { RunSearch, useSearch } from './run-search.tsx';
import { RunsTable } from './runs-table.tsx';
import { comparePage } from './compare-link.ts';
import { defaultColumns, keyOf, mainMetric, PLAIN, type TableState } from './table-state.ts';
import { useChoice } from './use-choice.ts';
import { ViewsMenu } from './views-menu.tsx';

/** Curves that are drawn of runs that nobody chose. */
const CURVES = 8;
const MOST_CURVES = 50;

export function createRunsPage(rendermime: IRenderMimeRegistry) {
  return function RunsPage({ lab }: { lab: Lab; id: string }): React.JSX.Element {
    const { client, trans } = lab;
    const [state, setState] = useState<TableState>(PLAIN);
    const [metric, setMetric] = useState<string>();
    const [charts, showCharts] = useState(true);
    const change = (part: Partial<TableState>) => setState(was => ({ ...was, ...part }));

    const all = useQuery(
      client,
      'columns of all runs',
      () => client.call(getRunColumns, {}),
      () => false
    );
    const search = useSearch(state.search, all.data);
    const { filter } = search;
    const found = useQuery(
      client,
      `columns ${filter ?? ''}`,
      // Without a search they are those of all runs, which are read already.
      async () => (filter === undefined ? undefined : client.call(getRunColumns, { filter })),
      () => false
    );
    useEvents(client, 1000, concernsRuns, () => {
      all.reload();
      found.reload();
    });
    const known = useLast(filter === undefined ? all.data : found.data) ?? all.data;
    const wanted = state.columns.length > 0 ? state.columns : steadyColumns(all.data, known);
    const columns = useMemo(() => wanted, [wanted.join()]);
    const bin = useRunBin(lab);
    const question = useMemo(
      () =>
        known && {
          filter: search.filter,
          deleted: bin.shown,
          order: state.order,
          columns,
          nested: state.nested && search.filter === undefined
        },
      [known !== undefined, search.filter, bin.shown, state.order, columns, state.nested]
    );
    const rows = useRunRows(client, question);
    const choice = useChoice(index => rows.at(index)?.run.runId, rows.count ?? 0);
    const shownMetric = metric ?? (known && mainMetric(known));

    const chosenRuns = [...choice.chosen];
    const names = new Map(rows.loaded().map(({ runId, name }) => [runId, name]));
    const drawn =
      chosenRuns.length > 0
        ? chosenRuns.slice(0, MOST_CURVES)
        : rows
            .loaded()
            .filter(({ metrics }) => (metrics[shownMetric ?? '']?.count ?? 2) > 1)
            .slice(0, CURVES)
            .map(({ runId }) => runId);
    const drawnKey = drawn.join();
    const curves = useMemo(
      () => drawn.map((runId, colour) => ({ runId, label: names.get(runId) ?? runId, colour })),
      [drawnKey, names.size]
    );
    const lines = useMemo(
      () => new Map(curves.map(({ runId, colour }) => [runId, colour])),
      [curves]
    );
    useEffect(() => choice.clear(), [bin.shown]);
    const remove = () =>
      void bin.remove(chosenRuns).then(gone => {
        if (gone) choice.clear();
        rows.reload();
      });

    const isEmpty = rows.count === 0;
    const isFiltered = state.search.trim() !== '';
    return (
      <div className="sl-runs-page">
        <div className="sl-page-head">
          <h2>{trans.__('Runs')}</h2>
          <span className="sl-muted" role="status">
            {rows.count === undefined ? '' : runsTold(rows.total, question?.nested === true, trans)}
          </span>
          <span className="sl-fill" />
          <RunSearch
            lab={lab}
            text={state.search}
            change={search => change({ search })}
            known={known ?? all.data}
            fault={
              rows.error?.problem.code === 'invalid_request' ? rows.error.problem.detail : undefined
            }
          />
          <ColumnsMenu
            lab={lab}
            known={known}
            columns={columns}
            pinned={state.pinned}
            change={(columns, pinned) => change({ columns, pinned })}
            reset={() => change({ columns: [], pinned: [] })}
          />
          {known && (
            <FieldSelect
              lab={lab}
              known={known}
              kinds={['params', 'tags', 'attributes']}
              value={state.group}
              change={group => change({ group: group === '' ? undefined : group })}
              label={trans.__('Group by')}
              none={trans.__('Group by')}
            />
          )}
          <ViewsMenu lab={lab} state={{ ...state, columns: [...columns] }} show={setState} />
          <Button
            primary
            label={trans.__('Compare %1', chosenRuns.length || '')}
            disabled={chosenRuns.length < 2}
            title={trans.__('Choose two runs or more')}
            onClick={() => comparePage(lab, chosenRuns, names)}
          />
        </div>
        <div className="sl-page-tools">
          <label>
            <input
              type="checkbox"
              checked={state.nested}
              onChange={event => change({ nested: event.target.checked })}
            />{' '}
            {trans.__('nested runs as a tree')}
          </label>
          <label>
            <input
              type="checkbox"
              checked={charts}
              onChange={event => showCharts(event.target.checked)}
            />{' '}
            {trans.__('charts')}
          </label>
          <RunBin
            lab={lab}
            bin={bin}
            chosen={chosenRuns.length}
            remove={remove}
            reload={rows.reload}
          />
        </div>
        {rows.error && rows.count === undefined && (
          <QueryFailure error={rows.error} retry={rows.reload} trans={trans} />
        )}
        {all.error && !all.data && (
          <QueryFailure error={all.error} retry={all.reload} trans={trans} />
        )}
        {rows.count === undefined && !rows.error && !all.error && (
          <Loading rows={12} label={trans.__('Reading the runs')} />
        )}
        {isEmpty && isFiltered && (
          <Empty
            text={trans.__('No run fits.')}
            action={{ label: trans.__('Clear the search'), run: () => change({ search: '' }) }}
          />
        )}
        {isEmpty && !isFiltered && (
          <Empty
            text={
              bin.shown
                ? trans.__('No run is deleted.')
                : trans.__('Run a cell of any notebook: its run appears here by itself.')
            }
          />
        )}
        {charts && !isEmpty && rows.count !== undefined && known && shownMetric !== undefined && (
          <RunCharts
            lab={lab}
            rendermime={rendermime}
            known={known}
            filter={search.filter}
            group={state.group}
            columns={columns}
            metric={shownMetric}
            setMetric={setMetric}
            curves={curves}
            choose={choice.set}
          />
        )}
        {!isEmpty && rows.count !== undefined && state.group !== undefined && (
          <GroupTable
            lab={lab}
            filter={search.filter}
            by={state.group}
            metrics={columns.filter(field => field.startsWith('metrics.')).map(keyOf)}
            open={value => change({ search: groupSearch(state.group!, value), group: undefined })}
          />
        )}
        {!isEmpty && rows.count !== undefined && state.group === undefined && (
          <RunsTable
            lab={lab}
            rows={rows}
            columns={columns}
            known={known}
            state={state}
            setOrder={order => change({ order })}
            chosen={choice.chosen}
            choose={choice.choose}
            remove={remove}
            lines={charts ? lines : new Map()}
          />
        )}
      </div>
    );
  };
}

/** A search does not move the columns, unless the runs that it finds have none of them. */
function steadyColumns(all: RunColumns | undefined, found: RunColumns | undefined): string[] {
  if (!all || !found) return [];
  const columns = defaultColumns(all);
  const there = new Set([
    ...found.params.map(({ key }) => `params.${key}`),
    ...found.metrics.map(({ key }) => `metrics.${key}`)
  ]);
  return found.total === 0 || columns.some(field => there.has(field))
    ? columns
    : defaultColumns(found);
}

/** The search that finds the runs of one group. */
export function groupSearch(field: string, value: string | undefined): string {
  const key = keyOf(field);
  if (field.startsWith('attributes.')) {
    if (key === 'state') return `state = ${value}`;
    return key === 'notebook' ? `tags.\`stepladder.notebook\` = '${value}'` : '';
  }
  const name = `${field.slice(0, field.indexOf('.'))}.\`${key}\``;
  return value === undefined ? `${name} IS NULL` : `${name} = '${value.replaceAll("'", "''")}'`;
}

/** A tree is as long as its outermost runs; those within them are not counted. */
function runsTold(total: number, isTree: boolean, trans: Lab['trans']): string {
  const shown = total.toLocaleString('en-US');
  return isTree
    ? trans._n('%2 outermost run', '%2 outermost runs', total, shown)
    : trans._n('%2 run', '%2 runs', total, shown);
}
