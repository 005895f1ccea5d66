// The highest and lowest value that a metric ever had, as SQL: a series' sparkline holds both, whatever its length.
import { type RawBuilder, sql } from 'kysely';
import { problem } from '../contract/problem.ts';
import { directionOf } from '../text/metric-direction.ts';

/** `best` is the one or the other, by the metric's name. */
export type Extreme = 'best' | 'max' | 'min';

/** @param spark the column; nothing where no value was finite. @throws invalid_request where nobody knows what is best. */
export function extremeValue(
  which: Extreme,
  key: string,
  spark: RawBuilder<unknown>
): RawBuilder<unknown> {
  const extreme = which === 'best' ? bestOf(key) : which;
  return sql`(select ${sql.raw(extreme)}(cast(v.value as double precision))
    from json_each(json_extract(${spark}, '$.buckets')) as s, json_each(s.value) as v)`;
}

function bestOf(key: string): 'max' | 'min' {
  const direction = directionOf(key);
  if (direction !== 'unknown') return direction === 'higher' ? 'max' : 'min';
  throw problem('invalid_request', `It is not known whether more or less of '${key}' is better`, {
    remedy: `Say max.\`${key}\` or min.\`${key}\``
  });
}
