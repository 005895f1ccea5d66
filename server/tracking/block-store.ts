// SQL of the blocks of long series.
import type { Db } from '../database/open.ts';
import { createStatement, type Statement } from '../database/statement.ts';
import type { MetricBlockRow, MetricPointRow } from '../database/tables/tracking.ts';
import type { Block } from './metric-blocks.ts';

/** Rows of one insert at most. */
const CHUNK = 100;

export type AddBlocks = (db: Db, seriesId: number, blocks: readonly Block[]) => Promise<void>;

export function createBlockInsert(): AddBlocks {
  const statements = new Map<number, Statement<never>>();
  return async (db, seriesId, blocks) => {
    for (let from = 0; from < blocks.length; from += CHUNK) {
      const rows = blocks
        .slice(from, from + CHUNK)
        .map(block => ({ series_id: seriesId, ...block }));
      let statement = statements.get(rows.length);
      if (!statement) {
        statement = createStatement(any => any.insertInto('metric_blocks').values(rows));
        statements.set(rows.length, statement);
      }
      await statement(
        db,
        rows.flatMap(row => Object.values(row))
      );
    }
  };
}

/** Blocks of a level in their order, `to` left out. */
export const readBlocks = (
  db: Db,
  seriesId: number,
  { level, from, to }: { level: number; from: number; to: number }
): Promise<MetricBlockRow[]> =>
  db
    .selectFrom('metric_blocks')
    .selectAll()
    .where('series_id', '=', seriesId)
    .where('level', '=', level)
    .where('number', '>=', from)
    .where('number', '<', to)
    .orderBy('number')
    .execute();

type Reach = Pick<Block, 'from_step' | 'to_step' | 'from_time' | 'to_time'>;

/** The points of a block, and those that happen to lie where it does. */
export function readPointsWithin(
  db: Db,
  seriesId: number,
  { from_step, to_step, from_time, to_time }: Reach
): Promise<MetricPointRow[]> {
  const points = db.selectFrom('metric_points').selectAll().where('series_id', '=', seriesId);
  // All of one moment: the index can look for the steps, too.
  const timed =
    from_time === to_time
      ? points.where('time', '=', from_time)
      : points.where('time', '>=', from_time).where('time', '<=', to_time);
  return timed.where('step', '>=', from_step).where('step', '<=', to_step).execute();
}
