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
export const asOrderKey = (field: string): string => {
  const key = keyOf(field);
  return /^\w+$/.test(key) ? field : `${field.slice(0, field.indexOf('.'))}.\`${key}\``;
};

/** The order after a click on a column: best or lowest first, then the other way, then none. */
export function nextOrder(
  field: string,
  order: string | undefined,
  descendingFirst: boolean
): string | undefined {
  const key = asOrderKey(field);
  const [first, second] = descendingFirst ? ['DESC', 'ASC'] : ['ASC', 'DESC'];
  if (order === `${key} ${first}`) return `${key} ${second}`;
  return order === `${key} ${second}` ? undefined : `${key} ${first}`;
}

export function sortOf(
  field: string,
  order: string | undefined
): 'ascending' | 'descending' | 'none' {
  const key = asOrderKey(field);
  if (order === `${key} ASC`) return 'ascending';
  return order === `${key} DESC` ? 'descending' : 'none';
}

/** The metric that charts begin with: one with curves that most runs have. */
export const mainMetric = ({ metrics }: RunColumns): string | undefined =>
  (metrics.find(({ curve }) => curve) ?? metrics[0])?.key;
