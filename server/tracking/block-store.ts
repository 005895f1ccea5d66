// SQL of the blocks of long series.
import { int64Above, int64Below } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement } from '../database/statement.ts';
import type { MetricBlockRow } from '../database/tables/tracking.ts';
import { type Block, BLOCK_FIELDS, emptyBlock } from './metric-blocks.ts';
import type { ExactPoint } from './metric-store.ts';

/** Rows of one insert: few sizes, so that few statements are kept. */
const CHUNKS = [60, 8, 1];

const COLUMNS = ['series_id', ...BLOCK_FIELDS] as const;

const insertBlocks = createStatement<never>((db, rows) => {
  const row = { series_id: 0, ...emptyBlock(0) };
  return db
    .insertInto('metric_blocks')
    .columns(COLUMNS)
    .values(Array.from({ length: rows }, () => row));
});

export async function addBlocks(db: Db, seriesId: number, blocks: readonly Block[]): Promise<void> {
  let from = 0;
  for (const size of CHUNKS) {
    for (; from + size <= blocks.length; from += size) {
      const values: number[] = [];
      for (const block of blocks.slice(from, from + size)) {
        values.push(seriesId);
        for (const field of BLOCK_FIELDS) values.push(block[field]);
      }
      await insertBlocks(db, values, size);
    }
  }
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
export function readPointsWithin(db: Db, seriesId: number, reach: Reach): Promise<ExactPoint[]> {
  const [from_step, to_step] = [int64Below(reach.from_step), int64Above(reach.to_step)];
  const [from_time, to_time] = [int64Below(reach.from_time), int64Above(reach.to_time)];
  const points = db.exact.selectFrom('metric_points').selectAll().where('series_id', '=', seriesId);
  // All of one moment: the index can look for the steps, too.
  const timed =
    from_time === to_time
      ? points.where('time', '=', from_time)
      : points.where('time', '>=', from_time).where('time', '<=', to_time);
  return timed.where('step', '>=', from_step).where('step', '<=', to_step).execute();
}
