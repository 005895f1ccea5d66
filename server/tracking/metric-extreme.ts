// The highest and lowest value that a metric ever had, by the columns of its series.
import { problem } from '../contract/problem.ts';
import { directionOf } from '../text/metric-direction.ts';

/** `best` is the one or the other, by the metric's name. */
export type Extreme = 'best' | 'max' | 'min';

/** @throws invalid_request where nobody knows what is best. */
export function extremeColumn(which: Extreme, key: string): 'high' | 'low' {
  if (which !== 'best') return which === 'max' ? 'high' : 'low';
  const direction = directionOf(key);
  if (direction !== 'unknown') return direction === 'higher' ? 'high' : 'low';
  throw problem('invalid_request', `It is not known whether more or less of '${key}' is better`, {
    remedy: `Say max.\`${key}\` or min.\`${key}\``
  });
}
