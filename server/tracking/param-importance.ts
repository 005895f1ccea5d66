// Which params a metric depends on, over all runs that have both.
import type { InputOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-charts.ts';
import type { ParamImportance } from '../contract/tracking-charts.ts';
import type { Db } from '../database/open.ts';
import { directionOf } from '../text/metric-direction.ts';
import { createRandom, growForest } from './random-forest.ts';
import { frameColumn } from './run-frame.ts';
import * as store from './run-panel-store.ts';

/** More runs would say the same more slowly. */
const RUNS = 1500;
const PARAMS = 30;
/** Fewer say nothing: any param would seem to explain them. */
const FEWEST = 8;

const METHOD =
  'A forest of 60 decision trees learns the metric from the params. The importance of a param is how much worse the forest ' +
  'predicts runs that it has not seen when the values of that param are shuffled among the runs; the shares sum to 1. ' +
  'Correlation is the rank correlation (Spearman) of a numeric param with the metric. Neither proves a cause.';

export function createParamImportance(read: Db) {
  return {
    async getParamImportance(
      input: InputOf<typeof operations.getParamImportance>
    ): Promise<ParamImportance> {
      const where = store.selectedRuns(input);
      const targets = await store.readField(read, where, `metrics.${input.metric}`);
      const values = new Map(targets.map(({ run_id, value }) => [run_id, Number(value)]));
      const heads = (await store.readHeads(read, where))
        .filter(({ run_id }) => values.has(run_id))
        .slice(0, RUNS);
      const known = await store.countValues(read, 'params', where, RUNS);
      const keys = [...Map.groupBy(known, ({ key }) => key)]
        .filter(([, found]) => found.length > 1)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, PARAMS)
        .map(([key]) => key);
      const columns = [];
      for (const key of keys) {
        const found = await store.readField(read, where, `params.${key}`);
        const byRun = new Map(found.map(({ run_id, value }) => [run_id, value]));
        columns.push({
          key,
          ...frameColumn(
            `params.${key}`,
            heads.map(({ run_id }) => byRun.get(run_id) ?? null)
          )
        });
      }
      return {
        metric: input.metric,
        direction: directionOf(input.metric),
        runs: heads.length,
        method: METHOD,
        ...(await weigh(
          columns,
          heads.map(({ run_id }) => values.get(run_id)!)
        ))
      };
    }
  };
}

interface Column {
  key: string;
  kind: 'number' | 'category';
  values: (number | null)[];
}

/** A param that a run lacks is a value of its own, below all others. */
export async function weigh(
  columns: readonly Column[],
  targets: readonly number[]
): Promise<Pick<ParamImportance, 'explained' | 'params'>> {
  const varying = columns.filter(({ values }) => new Set(values).size > 1);
  const correlated = (column: Column) => {
    const correlation =
      column.kind === 'number' ? rankCorrelation(column.values, targets) : undefined;
    return correlation === undefined ? {} : { correlation };
  };
  if (targets.length < FEWEST || varying.length === 0) {
    return {
      params: varying.map(column => ({ key: column.key, importance: 0, ...correlated(column) }))
    };
  }
  const lowest = varying.map(({ values }) =>
    values.reduce<number>((low, value) => Math.min(low, value ?? Infinity), Infinity)
  );
  const rows = targets.map((_, row) =>
    varying.map(({ values }, column) => values[row] ?? lowest[column]! - 1)
  );
  const forest = await growForest(rows, targets, { random: createRandom() });
  const error = squaredError(forest.heldBack, targets);
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const spread = squaredError(
    targets.map(() => mean),
    targets
  );
  const gains: number[] = [];
  for (let column = 0; column < varying.length; column += 1) {
    const shuffled = squaredError(await forest.heldBackShuffled(column), targets);
    gains.push(Math.max(0, shuffled - error));
  }
  const all = gains.reduce((sum, gain) => sum + gain, 0);
  return {
    ...(spread > 0 ? { explained: 1 - error / spread } : {}),
    params: varying
      .map((column, index) => ({
        key: column.key,
        importance: all > 0 ? gains[index]! / all : 0,
        ...correlated(column)
      }))
      .sort((a, b) => b.importance - a.importance)
  };
}

function squaredError(
  predicted: readonly (number | undefined)[],
  targets: readonly number[]
): number {
  let sum = 0;
  let count = 0;
  predicted.forEach((value, row) => {
    if (value === undefined) return;
    sum += (value - targets[row]!) ** 2;
    count += 1;
  });
  return count === 0 ? 0 : sum / count;
}

/** Spearman's, over the runs that have the param; nothing when either never changes. */
export function rankCorrelation(
  values: readonly (number | null)[],
  targets: readonly number[]
): number | undefined {
  const pairs = values.flatMap((value, row) => (value === null ? [] : [[value, targets[row]!]]));
  if (pairs.length < 3) return undefined;
  const [a, b] = [ranks(pairs.map(([value]) => value!)), ranks(pairs.map(([, target]) => target!))];
  const middle = (pairs.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  a.forEach((rank, index) => {
    const [x, y] = [rank - middle, b[index]! - middle];
    both += x * y;
    first += x * x;
    second += y * y;
  });
  return first === 0 || second === 0 ? undefined : both / Math.sqrt(first * second);
}

/** Equal values share the mean of their places. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const found = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to += 1;
    for (let at = from; at <= to; at += 1) found[order[at]!] = (from + to) / 2;
    from = to + 1;
  }
  return found;
}
