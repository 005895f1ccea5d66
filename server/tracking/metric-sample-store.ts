// Few points of a long series: chosen by the database, so that only they are read.
import type { Db } from '../database/open.ts';
import { sql } from 'kysely';
import type { MetricPointRow } from '../database/tables/tracking.ts';

export interface PointSample {
  seriesId: number;
  /** Both included. */
  steps: { from: number; to: number } | undefined;
  /** At least 1. */
  limit: number;
}

/**
 * At most `limit` points in the order of their steps: the last one, the first one, and of equal shares of the rest each
 * share's lowest and highest, so that a spike never vanishes.
 */
export async function samplePoints(
  db: Db,
  { seriesId, steps, limit }: PointSample
): Promise<MetricPointRow[]> {
  const range = steps ? sql`and step between ${steps.from} and ${steps.to}` : sql``;
  const shares = Math.max(1, Math.floor((limit - 2) / 2));
  const ends = limit === 1 ? sql`place = points` : sql`place = 1 or place = points`;
  const extremes = limit < 4 ? sql`` : sql`or low = 1 or high = 1`;
  const { rows } = await sql<MetricPointRow>`
    with numbered as (
      select series_id, time, step, value, kind,
        row_number() over (order by step, time, value, kind) as place,
        count(*) over () as points
      from metric_points where series_id = ${seriesId} ${range}
    ), shared as (
      select *, (place - 2) * cast(${shares} as integer) / (case when points > 2 then points - 2 else 1 end) as share
      from numbered
    ), ranked as (
      select *,
        row_number() over (partition by share order by value, place) as low,
        row_number() over (partition by share order by value desc, place) as high
      from shared
    )
    select series_id, time, step, value, kind from ranked
    where points <= ${limit} or ${ends} ${extremes}
    order by step, time, value, kind limit ${limit}
  `.execute(db);
  return rows;
}
