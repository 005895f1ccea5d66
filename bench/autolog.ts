// `fit()` of scikit-learn under autologging through the real MLflow client: against `mlflow server` with one worker, against
// our server, and against our server with our setting. `node bench/autolog.ts [rounds] [fits]` prints a table for RESULTS.md.
import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MLFLOW_VERSION, mlflowEngine } from '../test/peers/mlflow-engine.ts';
import { REPOSITORY, startServer } from '../test/support/server.ts';
import { startBareServer } from './bare-server.ts';
import { startMlflowPeer } from './mlflow-peer.ts';

const rounds = Number(process.argv[2] ?? 3);
const fits = Number(process.argv[3] ?? 3);
const run = promisify(execFile);

interface Facts {
  fit: number[];
  /** Until the server had answered the calls of a fit, and how many these were. */
  served: number[];
  calls: number[];
  /** A call of a server that does nothing. */
  idle: number;
  requirements: string[];
  predicted: number[];
}

const { python } = await mlflowEngine();
const ours = await startServer();
const peer = await startMlflowPeer(python, ['--workers', '1']);
const bare = await startBareServer('bare-tracker.mjs');
const toOurs = { MLFLOW_TRACKING_URI: ours.url, MLFLOW_TRACKING_TOKEN: ours.token };
const contenders: { name: string; environment: Record<string, string>; facts: Facts[] }[] = [
  {
    name: '`mlflow server --workers 1`',
    environment: { MLFLOW_TRACKING_URI: peer.url },
    facts: []
  },
  { name: 'Stepladder', environment: toOurs, facts: [] },
  { name: 'Stepladder, with the setting', environment: { ...toOurs, SPARED: '1' }, facts: [] }
];

try {
  for (let round = 0; round < rounds; round += 1) {
    for (const { environment, facts } of contenders) {
      const { stdout } = await run(python, [join(REPOSITORY, 'bench/autolog.py'), String(fits)], {
        env: {
          ...process.env,
          PYTHONPATH: join(REPOSITORY, 'kernel-bridge/python'),
          MLFLOW_DISABLE_TELEMETRY: 'true',
          GIT_PYTHON_REFRESH: 'quiet',
          OMP_NUM_THREADS: '1',
          BARE: bare.url,
          ...environment
        },
        maxBuffer: 64 * 1024 * 1024
      });
      const line = stdout.split('\n').find(text => text.startsWith('FACTS '))!;
      facts.push(JSON.parse(line.slice('FACTS '.length)) as Facts);
    }
  }
} finally {
  await peer.stop();
  await ours.stop();
  await bare.stop();
}

const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
const median = (values: number[]) => sorted(values)[Math.floor(values.length / 2)]!;
const range = (values: number[]) => {
  const all = sorted(values);
  return `${median(all).toFixed(0)} (${all[0]!.toFixed(0)} to ${all.at(-1)!.toFixed(0)})`;
};
/** What the server alone is waited for: without what its calls cost whoever answers. */
const shareOfServer = ({ served, calls, idle }: Facts) =>
  served.map((time, fit) => time - calls[fit]! * idle);
const fitsOf = (facts: Facts[]) => facts.flatMap(({ fit }) => fit);
const [slowest] = contenders;
const ratio = (facts: Facts[], of: (facts: Facts[]) => number[]) =>
  (median(of(facts)) / median(of(slowest!.facts))).toFixed(2);

console.log(
  `${rounds} rounds of ${fits} fits each in turn, MLflow ${MLFLOW_VERSION} as client and peer, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the end. Milliseconds, median (range).\n`
);
console.log(
  "| | `fit()` | share of MLflow's | the server's part, of calls | share of MLflow's | the model asks for |"
);
console.log('|---|---|---|---|---|---|');
for (const { name, facts } of contenders) {
  const served = (of: Facts[]) => of.flatMap(shareOfServer);
  const calls = median(facts.flatMap(one => one.calls));
  console.log(
    `| ${name} | ${range(fitsOf(facts))} | ${ratio(facts, fitsOf)} | ${range(served(facts))}, ${calls} | ${ratio(facts, served)} | ${facts[0]!.requirements.join(', ')} |`
  );
}
