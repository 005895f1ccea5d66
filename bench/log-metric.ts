// `log_metric` and whole runs through the real MLflow client: our server, a server that does nothing, `mlflow server` with one
// worker, and `mlflow server` as it comes, in turn, several rounds, on this machine. `node bench/log-metric.ts [rounds] [calls]` prints a table for RESULTS.md.
import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { engine } from '../test/support/engines.ts';
import { REPOSITORY, startServer } from '../test/support/server.ts';
import { startBareServer } from './bare-server.ts';
import { startMlflowPeer } from './mlflow-peer.ts';

const rounds = Number(process.argv[2] ?? 5);
const calls = Number(process.argv[3] ?? 200);
const CLIENT = join(REPOSITORY, '.venv/bin/python');
const SCRIPT = join(REPOSITORY, 'bench/log-metric.py');
const run = promisify(execFile);

const KINDS = {
  runs: '`start_run` and `end_run`, the real client',
  client: '`mlflow.log_metric`, the real client',
  wire: 'the same call, bare HTTP',
  batch: 'a batch of 1,000 points, bare HTTP'
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];
type Measured = Record<Kind, number[]>;
interface Contender {
  name: string;
  environment: Record<string, string>;
  stop(): Promise<void>;
}

async function startMlflow(name: string, more: string[]): Promise<Contender> {
  const { python } = await engine('mlflow', ['mlflow==3.17.2']);
  const { url, stop } = await startMlflowPeer(python, more);
  return { name, environment: { MLFLOW_TRACKING_URI: url }, stop };
}

async function startOurs(): Promise<Contender> {
  const server = await startServer();
  return {
    name: 'Stepladder',
    environment: { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token },
    stop: () => server.stop()
  };
}

async function startBare(): Promise<Contender> {
  const { url, stop } = await startBareServer('bare-tracker.mjs');
  return { name: 'a server that does nothing', environment: { MLFLOW_TRACKING_URI: url }, stop };
}

async function measure({ environment }: Contender): Promise<Measured> {
  const { stdout } = await run(CLIENT, [SCRIPT, String(calls)], {
    env: {
      ...process.env,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      GIT_PYTHON_REFRESH: 'quiet',
      ...environment
    },
    maxBuffer: 64 * 1024 * 1024
  });
  const line = stdout.split('\n').find(text => text.startsWith('FACTS '))!;
  return JSON.parse(line.slice(6)) as Measured;
}

const at = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
const cell = (values: number[]) => `${at(values, 0.5).toFixed(2)} / ${at(values, 0.95).toFixed(2)}`;

const contenders: Contender[] = [];
const all: Measured[] = [];
try {
  contenders.push(await startOurs());
  contenders.push(await startBare());
  contenders.push(await startMlflow('`mlflow server --workers 1`', ['--workers', '1']));
  contenders.push(await startMlflow('`mlflow server`', []));
  all.push(...contenders.map((): Measured => ({ runs: [], client: [], wire: [], batch: [] })));
  for (let round = 0; round < rounds; round += 1) {
    // Whoever follows a busy server has its last work beside him: each follows each.
    const turns = contenders.map((_, turn) => (round + turn) % contenders.length);
    for (const index of round % 2 === 0 ? turns : turns.toReversed()) {
      const measured = await measure(contenders[index]!);
      for (const kind of kinds) all[index]![kind].push(...measured[kind]);
    }
  }
} finally {
  for (const contender of contenders) await contender.stop();
}

console.log(
  `${rounds} rounds of ${calls} calls each in turn, MLflow 3.17.2 as client and peer, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the end. Milliseconds, p50 / p95.\n`
);
console.log('| | ' + contenders.map(({ name }) => name).join(' | ') + ' | their time by ours |');
console.log('|---|' + contenders.map(() => '---').join('|') + '|---|');
for (const kind of kinds) {
  const ours = at(all[0]![kind], 0.5);
  const ratios = all.slice(1).map(measured => `${(at(measured[kind], 0.5) / ours).toFixed(1)} ×`);
  console.log(
    `| ${KINDS[kind]} | ${all.map(measured => cell(measured[kind])).join(' | ')} | ${ratios.join(', ')} |`
  );
}
