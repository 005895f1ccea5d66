// Charts and samples of long series, in this process: CPU time, since the clock says more of what else the machine does.
// `node bench/curves.ts [series] [points]` prints a table for RESULTS.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../server/database/open.ts';
import { createCurves } from '../server/tracking/curves.ts';
import { samplePoints } from '../server/tracking/metric-sample.ts';
import { findSeries } from '../server/tracking/metric-store.ts';
import { writePoints } from '../server/tracking/point-store.ts';

const count = Number(process.argv[2] ?? 10);
const length = Number(process.argv[3] ?? 1_000_000);
const ROUNDS = 7;
const BATCH = 1000;

const folder = mkdtempSync(join(tmpdir(), 'stepladder-curves-'));
const database = await openDatabase(join(folder, 'stepladder.db'));
const runs = Array.from({ length: count }, (_, index) => `r${index}`);

async function fill(run_id: string): Promise<void> {
  const run = { run_id, experiment_id: 0, name: run_id, user_id: '', artifact_uri: '' };
  await database.write(db =>
    db
      .insertInto('runs')
      .values({ ...run, state: 'finished', start_time: 0 })
      .execute()
  );
  for (let from = 0; from < length; from += BATCH) {
    const points = Array.from({ length: Math.min(BATCH, length - from) }, (_, index) => {
      const step = from + index;
      return { key: 'm', time: step, step, value: Math.sin(step / 1000) + Math.random(), kind: 0 };
    });
    await database.write(db => writePoints(db, run_id, points));
  }
}

async function cpuOf(work: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(begin);
    times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  return `${times[Math.floor(ROUNDS / 2)]!.toFixed(1)} (${times.at(-1)!.toFixed(1)})`;
}

const middle = Math.floor(length / 2);
const stretches = [
  ['whole', undefined],
  ['80 %', { from: length * 0.1, to: length * 0.9 }],
  ...[20_000, 5000, 300].map(
    wide => [`${wide} points`, { from: middle, to: middle + wide }] as const
  )
] as const;

try {
  for (const run of runs) await fill(run);
  const curves = createCurves(database.read);
  const series = runs.map(runId => ({ runId, key: 'm' }));
  console.log(
    `${count} series × ${length} points, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}. CPU ms, median (most) of ${ROUNDS}.\n`
  );
  console.log(`| shown | ${stretches.map(([name]) => name).join(' | ')} |`);
  console.log(`|---|${stretches.map(() => '---|').join('')}`);
  for (const points of [400, 1000]) {
    const cells: string[] = [];
    for (const [, range] of stretches) {
      const asked = { series, axis: 'step' as const, points, smoothing: 0.6, ...range };
      cells.push(await cpuOf(() => curves.getCurves(asked)));
    }
    console.log(`| ${points} points a curve | ${cells.join(' | ')} |`);
  }
  const one = (await findSeries(database.read, runs[0]!, 'm'))!;
  const cells: string[] = [];
  for (const [, steps] of stretches)
    cells.push(await cpuOf(() => samplePoints(database.read, { series: one, steps, limit: 2500 })));
  console.log(`| 2,500 sampled of one series | ${cells.join(' | ')} |`);
} finally {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}
