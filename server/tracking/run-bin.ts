// What people do to runs from a list: throw them away, take them back, write a note.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-runs.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Lifecycle } from '../database/tables/tracking.ts';
import type { EventBus } from '../events/bus.ts';
import * as store from './run-store.ts';

export const NOTE_TAG = 'mlflow.note.content';
/** One transaction holds up everybody behind it. */
const CHUNK = 500;

export function createRunBin({ database, bus }: { database: Database; bus: EventBus }) {
  /** @returns the runs whose place changed; those that were there already, or nowhere, are left out. */
  async function move(runIds: readonly string[], to: Lifecycle): Promise<string[]> {
    const moved: string[] = [];
    for (let at = 0; at < runIds.length; at += CHUNK) {
      const chunk = runIds.slice(at, at + CHUNK);
      moved.push(...(await database.write(db => store.moveRuns(db, chunk, to))));
    }
    const changed = new Set(moved);
    for (const runId of changed) bus.publish({ type: 'run-changed', runId });
    return runIds.filter(runId => changed.has(runId));
  }

  return {
    deleteRuns: async ({
      runIds
    }: InputOf<typeof operations.deleteRuns>): Promise<
      ResponseOf<typeof operations.deleteRuns>
    > => ({
      runIds: await move(runIds, 'deleted')
    }),

    restoreRuns: async ({
      runIds
    }: InputOf<typeof operations.restoreRuns>): Promise<
      ResponseOf<typeof operations.restoreRuns>
    > => ({ runIds: await move(runIds, 'active') }),

    async setRunNote({
      runId,
      note
    }: InputOf<typeof operations.setRunNote>): Promise<ResponseOf<typeof operations.setRunNote>> {
      const run = await database.write(async db => {
        const found = await store.findRun(db, runId);
        if (!found) throw problem('run_not_found', `There is no run "${runId}"`);
        if (note.trim() === '') await store.removeTag(db, runId, NOTE_TAG);
        else await store.putTags(db, runId, [{ key: NOTE_TAG, value: note }]);
        return found;
      });
      bus.publish({ type: 'run-changed', runId, notebook: run.notebook ?? undefined });
      return { note: note.trim() === '' ? '' : note };
    }
  };
}
