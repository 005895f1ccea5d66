// How the table of runs is looked at: what a saved view keeps, and which columns are shown when nobody chose.
import type { RunColumns, RunView } from '../../server/contract/tracking-runs.ts';

export type TableState = Omit<RunView, 'name'>;

export const PLAIN: TableState = { search: '', columns: [], pinned: [], nested: false };

const PARAMS = 4;
const METRICS = 4;

/** Params that differ, and metrics that most runs have. */
export function defaultColumns({ params, metrics }: RunColumns): string[] {
  const differing = params.filter(({ values }) => values > 1);
  return [
    ...(differing.length > 0 ? differing : params)
      .slice(0, PARAMS)
      .map(({ key }) => `params.${key}`),
    ...metrics.slice(0, METRICS).map(({ key }) => `metrics.${key}`)
  ];
}

export const keyOf = (field: string): string => field.slice(field.indexOf('.') + 1);

/** `metrics.rmse` as the grammar writes it, also with a key that is no plain word. */
const asOrderKey = (field: string): string => {
  const key = keyOf(field);
  return /^\w+$/.test(key) ? field : `${field.slice(0, field.indexOf('.'))}.\`${key}\``;
};

/** Of a metric's column, what stands for its best value in an order. */
const bestKey = (field: string): string => asOrderKey(field.replace(/^metrics\./, 'best.'));

/**
 * The order after a click on a column: best or lowest first, then the other way, then by the best value that each run had
 * (where it is known which is better), then none.
 */
export function nextOrder(
  field: string,
  order: string | undefined,
  descendingFirst: boolean,
  hasBest = false
): string | undefined {
  const key = asOrderKey(field);
  const [first, second] = descendingFirst ? ['DESC', 'ASC'] : ['ASC', 'DESC'];
  if (order === `${key} ${first}`) return `${key} ${second}`;
  if (order === `${key} ${second}`) return hasBest ? `${bestKey(field)} ${first}` : undefined;
  return order === `${bestKey(field)} ${first}` && hasBest ? undefined : `${key} ${first}`;
}

export interface Sorted {
  sort: 'ascending' | 'descending' | 'none';
  /** By its best value instead of the last. */
  best: boolean;
}

export function sortOf(field: string, order: string | undefined): Sorted {
  const best = field.startsWith('metrics.') && (order?.startsWith(`${bestKey(field)} `) ?? false);
  const key = best ? bestKey(field) : asOrderKey(field);
  if (order === `${key} ASC`) return { sort: 'ascending', best };
  return { sort: order === `${key} DESC` ? 'descending' : 'none', best };
}

/** The metric that charts begin with: one with curves that most runs have. */
export const mainMetric = ({ metrics }: RunColumns): string | undefined =>
  (metrics.find(({ curve }) => curve) ?? metrics[0])?.key;
