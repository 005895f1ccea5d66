// What cells that logged through an MLflow client have logged: its points know no cell, but the time they were made at.
import type { Db } from '../database/open.ts';
import { type Block, blockOf, joinBlocks, type Point } from './metric-blocks.ts';
import { readRows } from './metric-store.ts';
import { readPacks, readWholes } from './pack-store.ts';
import type { Run } from './run-store.ts';
import { listLoggingCells } from './session-run-store.ts';

type LoggingCell = Awaited<ReturnType<typeof listLoggingCells>>[number];

/** One stretch for each cell and key, as far as it has points; of cells that began by then. */
export async function stretchesByTime(db: Db, run: Run, sessionId: string, until: number) {
  const cells = await listLoggingCells(db, run.run_id, sessionId, until);
  const stretches = [];
  for (const [, some] of Map.groupBy(cells, ({ series_id }) => series_id)) {
    const blockWithin = await openSeries(db, some[0]!);
    for (const cell of some) {
      const { points, ...block } = await blockWithin(cell.start_time, cell.end_time ?? Infinity);
      if (points === 0) continue;
      stretches.push({
        key: cell.key,
        execution_id: cell.execution_id,
        cell_id: cell.cell_id,
        count: cell.count,
        first_step: block.fromStep,
        last_step: block.toStep,
        first_time: block.fromTime,
        last_time: block.toTime,
        points
      });
    }
  }
  return stretches;
}

/** @returns what asks for the points of a time as one block; packs are only opened where the time cuts them. */
async function openSeries(db: Db, { series_id: id, packs }: LoggingCell) {
  const rows = await readRows(db, id);
  const wholes =
    packs === 0 ? [] : await readWholes(db, id, { by: 'time', from: -Infinity, to: Infinity });
  return async (from: number, to: number): Promise<Block> => {
    const within = (points: readonly Point[]) =>
      blockOf(points.filter(({ time }) => time >= from && time <= to));
    const blocks = [within(rows)];
    const cut: number[] = [];
    for (const { number, part } of wholes) {
      if (part.fromTime >= from && part.toTime <= to) blocks.push(part);
      else if (part.fromTime <= to && part.toTime >= from) cut.push(number);
    }
    for (const { part } of await readPacks(db, id, cut)) blocks.push(within(part));
    return joinBlocks(blocks.filter(({ points }) => points > 0));
  };
}
