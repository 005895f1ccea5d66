// A data folder with as many runs as wanted, written through the stores: for pictures of long lists.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../server/database/open.ts';
import { writePoints } from '../../server/tracking/point-store.ts';
import { insertRun, putParams, putTags } from '../../server/tracking/run-store.ts';
import { toStored } from '../../server/tracking/stored-number.ts';

export interface SeedOptions {
  runs: number;
  /** Points of each curve; those of the newest hundred runs only, for a list shows no others. */
  steps: number;
  /** Absolute path that the runs are said to come from. */
  notebook?: string;
  /** Of the newest run; each other one began a minute before the next. */
  now?: number;
}

const ADJECTIVES = ['wise', 'calm', 'proud', 'mild', 'plain', 'brisk', 'solid', 'keen'];
const BIRDS = ['heron', 'otter', 'finch', 'raven', 'crane', 'plover', 'wren', 'tern'];
const STATES = ['finished', 'finished', 'finished', 'failed', 'finished', 'killed'] as const;
const CHUNK = 500;

/** The same runs every time. @returns their ids, the newest first. */
export async function seedRuns(data: string, options: SeedOptions): Promise<string[]> {
  const { runs, steps, notebook = null, now = Date.now() } = options;
  mkdirSync(data, { recursive: true });
  const database = await openDatabase(join(data, 'stepladder.db'));
  const ids = Array.from({ length: runs }, (_, index) =>
    (index + 1).toString(16).padStart(32, '0')
  );
  for (let from = 0; from < runs; from += CHUNK) {
    await database.write(async db => {
      for (let index = from; index < Math.min(runs, from + CHUNK); index += 1) {
        const runId = ids[index]!;
        const start_time = now - index * 60_000;
        const name = `${ADJECTIVES[index % 8]}-${BIRDS[Math.floor(index / 8) % 8]}-${runs - index}`;
        const rate = [0.3, 0.1, 0.05, 0.02][index % 4]!;
        const rounds = [50, 100, 200][index % 3]!;
        const state = index === 0 ? 'running' : STATES[index % STATES.length]!;
        await insertRun(db, {
          run_id: runId,
          experiment_id: 0,
          name,
          user_id: 'somebody',
          state,
          start_time,
          end_time: state === 'running' ? null : start_time + 20_000 + (index % 50) * 1000,
          artifact_uri: `mlflow-artifacts:/0/${runId}/artifacts`,
          notebook,
          session_id: null
        });
        await putParams(db, runId, [
          { key: 'rate', value: String(rate) },
          { key: 'rounds', value: String(rounds) },
          { key: 'model', value: index % 5 === 0 ? 'linear' : 'forest' },
          { key: 'seed', value: '7' }
        ]);
        const tags = [{ key: 'team', value: index % 2 === 0 ? 'red' : 'blue' }];
        // Every tenth run holds the two before it.
        if (index % 10 !== 9 && index % 10 > 6)
          tags.push({ key: 'mlflow.parentRunId', value: ids[index - (index % 10) + 9] ?? ids[0]! });
        await putTags(db, runId, tags);
        const end = 17 + Math.abs(Math.log10(rate) + 1) * 2 + 100 / rounds + (index % 7) * 0.1;
        const curve = index < 100 ? steps : 1;
        const points = Array.from({ length: curve }, (_, step) => ({
          key: 'rmse',
          time: start_time + step * 50,
          step,
          ...toStored(
            curve === 1
              ? end
              : end + 12 * Math.exp(-step / (curve / 6)) + Math.sin(step * (index + 2)) * 0.15
          )
        }));
        const r2 = { key: 'r2', time: start_time, step: 0, ...toStored(1 - end / 40) };
        await writePoints(db, runId, state === 'failed' ? [] : [...points, r2]);
      }
    });
  }
  await database.close();
  return ids;
}
