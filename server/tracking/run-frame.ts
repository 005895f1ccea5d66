// Fields of all runs that fit, column by column, and runs grouped by one of them.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-charts.ts';
import type { RunFrame, RunGroup } from '../contract/tracking-charts.ts';
import type { Db } from '../database/open.ts';
import * as store from './run-panel-store.ts';
import { isNumeric } from './run-table.ts';

type FrameColumn = RunFrame['columns'][number];

export function createRunFrame(read: Db) {
  async function valuesOf(where: store.RunCondition, field: string) {
    const found = await store.readField(read, where, field);
    return new Map(found.map(({ run_id, value }) => [run_id, value]));
  }

  return {
    async getRunFrame(
      input: InputOf<typeof operations.getRunFrame>
    ): Promise<ResponseOf<typeof operations.getRunFrame>> {
      const where = store.selectedRuns(input);
      const heads = await store.readHeads(read, where);
      const columns: FrameColumn[] = [];
      for (const field of input.fields) {
        const values = await valuesOf(where, field);
        columns.push(
          frameColumn(
            field,
            heads.map(({ run_id }) => values.get(run_id) ?? null)
          )
        );
      }
      return {
        total: heads.length,
        runIds: heads.map(({ run_id }) => run_id),
        names: heads.map(({ name }) => name),
        columns
      };
    },

    async getRunGroups(
      input: InputOf<typeof operations.getRunGroups>
    ): Promise<ResponseOf<typeof operations.getRunGroups>> {
      const where = store.selectedRuns(input);
      const heads = await store.readHeads(read, where);
      const by = await valuesOf(where, input.by);
      const groups = groupRuns(heads, by);
      const metrics = new Map<string, Map<string, string | number | null>>();
      for (const key of input.metrics) metrics.set(key, await valuesOf(where, `metrics.${key}`));
      return {
        total: heads.length,
        groups: groups.map(({ value, runs }) => ({
          ...(value === undefined ? {} : { value }),
          runs: runs.length,
          metrics: input.metrics.flatMap(key => {
            const numbers = runs.flatMap(({ run_id }) => {
              const found = metrics.get(key)!.get(run_id);
              return typeof found === 'number' ? [found] : [];
            });
            return numbers.length > 0 ? [spreadOf(key, numbers)] : [];
          })
        }))
      };
    }
  };
}

/** Numbers where every value is one; categories otherwise, in the order of how numbers and words are sorted. */
export function frameColumn(
  field: string,
  values: readonly (string | number | null)[]
): FrameColumn {
  const present = values.filter(value => value !== null);
  const numeric = present.every(value => typeof value === 'number' || isNumeric(value));
  if (numeric && present.length > 0) {
    return {
      field,
      kind: 'number',
      values: values.map(value => (value === null ? null : Number(value))),
      categories: []
    };
  }
  const categories = [...new Set(present.map(String))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true })
  );
  const places = new Map(categories.map((category, index) => [category, index]));
  return {
    field,
    kind: 'category',
    values: values.map(value => (value === null ? null : places.get(String(value))!)),
    categories
  };
}

/** The largest group first; runs without a value are one, and the last. */
export function groupRuns(
  heads: readonly store.RunHead[],
  by: ReadonlyMap<string, string | number | null>
): { value: string | undefined; runs: store.RunHead[] }[] {
  const groups = Map.groupBy(heads, ({ run_id }) => {
    const value = by.get(run_id) ?? undefined;
    return value === undefined ? undefined : String(value);
  });
  return [...groups]
    .map(([value, runs]) => ({ value, runs }))
    .sort(
      (a, b) =>
        Number(a.value === undefined) - Number(b.value === undefined) ||
        b.runs.length - a.runs.length ||
        a.value!.localeCompare(b.value!, 'en', { numeric: true })
    );
}

function spreadOf(key: string, numbers: readonly number[]): RunGroup['metrics'][number] {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return {
    key,
    count: numbers.length,
    mean,
    low: numbers.reduce((low, number) => Math.min(low, number), Infinity),
    high: numbers.reduce((high, number) => Math.max(high, number), -Infinity),
    deviation: numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1)) : 0
  };
}
