// One cell over its runs: what it was each time, what it logged, what changed since the time before.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-runs.ts';
import type { Db } from '../database/open.ts';
import { diffLines } from '../text/line-diff.ts';
import type { Workspace } from '../workspace.ts';
import { summariseMetric } from './metric-summary.ts';
import { readCellExecutions, readChosenSeries } from './run-panel-store.ts';
import { metricsOfCells } from './session-store.ts';

const EXECUTIONS = 100;
const CONTEXT = 2;

export function createCellHistory(read: Db, workspace: Workspace) {
  return {
    async getCellHistory({
      cellId,
      notebook
    }: InputOf<typeof operations.getCellHistory>): Promise<
      ResponseOf<typeof operations.getCellHistory>
    > {
      const place = notebook === undefined ? undefined : workspace.identify(notebook);
      const found = await readCellExecutions(read, cellId, place, EXECUTIONS + 1);
      const logged = await metricsOfCells(read, [
        ...new Set(found.map(({ session_id }) => session_id))
      ]);
      const keysOf = (one: (typeof found)[number]) =>
        logged.get(`${one.session_id} ${one.execution_id}`) ?? [];
      const series = await readChosenSeries(
        read,
        [...new Set(found.map(({ run_id }) => run_id))],
        [...new Set(found.flatMap(keysOf))]
      );
      return {
        items: found.slice(0, EXECUTIONS).map((one, index) => ({
          runId: one.run_id,
          name: one.name,
          state: one.state,
          executionId: one.execution_id,
          startTime: one.start_time,
          ...(one.end_time === null ? {} : { endTime: one.end_time }),
          source: one.source,
          metrics: series
            .filter(({ run_id, key }) => run_id === one.run_id && keysOf(one).includes(key))
            .map(summariseMetric)
            .map(({ key, last }) => ({ key, last })),
          change:
            found[index + 1] === undefined
              ? []
              : diffLines(found[index + 1]!.source, one.source, CONTEXT)
        }))
      };
    }
  };
}
