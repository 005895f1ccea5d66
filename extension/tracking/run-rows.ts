// The rows of the table in the order they stand in, nested ones below those that are opened.
import { useEffect, useMemo, useReducer, useRef } from 'react';
import type { RunRow } from '../../server/contract/tracking-runs.ts';
import { asCallError, type CallError } from '../client/call-error.ts';
import { getRunTable } from '../client/routes.ts';
import type { IClient } from '../client/tokens.ts';
import { concernsRuns, useEvents } from '../client/use-events.ts';
import { createRowWindow } from '../ui/row-window.ts';

export interface RowsQuestion {
  filter: string | undefined;
  deleted: boolean;
  order: string | undefined;
  columns: readonly string[];
  nested: boolean;
}

export interface ShownRow {
  run: RunRow;
  depth: number;
}

export interface RunRows {
  /** Undefined before the first answer. */
  count: number | undefined;
  /** Runs that fit; nested ones are not among them when the table is a tree. */
  total: number;
  error: CallError | undefined;
  at(index: number): ShownRow | undefined;
  want(first: number, last: number): void;
  reload(): void;
  isOpen(runId: string): boolean;
  /** Shows or hides the runs that are nested in it. */
  toggle(run: RunRow): void;
  loaded(): RunRow[];
}

/** Live is half a second; a list that takes longer to read is read less often. */
const PACE = 300;
const CHILDREN = 500;

export function useRunRows(client: IClient, question: RowsQuestion | undefined): RunRows {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const rows = useMemo(() => createRowWindow<RunRow>(draw), []);
  const children = useRef(new Map<string, readonly RunRow[]>());
  const key = JSON.stringify(question);

  const load = (parent: string | undefined) => (offset: number, limit: number) =>
    client.call(getRunTable, {
      filter: parent === undefined || parent === 'roots' ? question!.filter : undefined,
      deleted: question!.deleted,
      order: question!.order === undefined ? [] : [question!.order],
      columns: [...question!.columns],
      offset,
      limit,
      parent
    });
  const readChildren = async (runId: string) => {
    const found = await load(runId)(0, CHILDREN).catch(() => undefined);
    if (!found) return;
    children.current.set(runId, found.items);
    draw();
  };
  useEffect(() => {
    if (!question) return;
    rows.ask(load(question.nested ? 'roots' : undefined));
    for (const runId of children.current.keys()) void readChildren(runId);
  }, [key, client]);
  useEffect(() => () => rows.stop(), []);
  useEvents(client, PACE, concernsRuns, () => {
    if (!question) return;
    rows.refresh();
    for (const runId of children.current.keys()) void readChildren(runId);
  });

  /** Below which row of the list how many nested ones stand. */
  const opened: { index: number; rows: ShownRow[] }[] = [];
  if (question?.nested && children.current.size > 0) {
    for (
      let index = 0;
      index < (rows.total ?? 0) && opened.length < children.current.size;
      index++
    ) {
      const run = rows.at(index);
      const below = run && nestedRows(run.runId, children.current, 1);
      if (below && below.length > 0) opened.push({ index, rows: below });
    }
  }
  const place = (index: number): ShownRow | undefined => {
    let before = 0;
    for (const { index: parent, rows: below } of opened) {
      if (index <= parent + before) break;
      if (index <= parent + before + below.length) return below[index - parent - before - 1];
      before += below.length;
    }
    const run = rows.at(index - before);
    return run && { run, depth: 0 };
  };
  const more = opened.reduce((sum, { rows: below }) => sum + below.length, 0);
  return {
    count: rows.total === undefined ? undefined : rows.total + more,
    total: rows.total ?? 0,
    error: rows.error === undefined ? undefined : asCallError(rows.error),
    at: place,
    want: (first, last) => rows.want(Math.max(0, first - more), last),
    reload: () => rows.refresh(),
    isOpen: runId => children.current.has(runId),
    toggle(run) {
      if (children.current.delete(run.runId)) draw();
      else if (run.children > 0) void readChildren(run.runId);
    },
    loaded: () => [...rows.loaded(), ...[...children.current.values()].flat()]
  };
}

function nestedRows(
  runId: string,
  children: ReadonlyMap<string, readonly RunRow[]>,
  depth: number
): ShownRow[] {
  return (children.get(runId) ?? []).flatMap(run => [
    { run, depth },
    ...nestedRows(run.runId, children, depth + 1)
  ]);
}
