// What the stores cost, over bare HTTP: ours and `mlflow server --workers 1`, both on SQLite, in turn, in one run.
// `node bench/stores.ts [runs] [rounds]` fills both with runs of 100 metrics and 20 params, and prints a table for RESULTS.md.
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startServer } from '../test/support/server.ts';
import { engine } from '../test/support/engines.ts';
import { startMlflowPeer } from './mlflow-peer.ts';
import { FIRST_RUN, fillMlflow, fillOurs, historyOf } from './stores-fill.ts';

const runs = Number(process.argv[2] ?? 30_000);
const rounds = Number(process.argv[3] ?? 5);
const HISTORY = 100_000;
/** Of a round. */
const BATCHES = 30;
const MLFLOW_VERSION = '3.17.2';

interface Contender {
  name: string;
  url: string;
  token: string | undefined;
  pid: number;
  startedIn: number;
  fill(): void | Promise<void>;
  stop(): Promise<void>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** As its client does: "database is locked", which MLflow's server may say of many writers, is tried again. */
async function call(one: Contender, method: string, path: string, body?: object): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const { status, said } = await callOnce(one, method, path, body);
    if (status === 200) return said;
    if (tries > 20 || (status !== 429 && status < 500)) throw new Error(said);
  }
}

function callOnce({ url, token }: Contender, method: string, path: string, body?: object) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise<{ status: number; said: string }>((resolve, reject) => {
    const headers = {
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    };
    const asked = request(`${url}/api/2.0/mlflow/${path}`, { method, agent, headers }, answer => {
      let said = '';
      answer.on('data', piece => (said += String(piece)));
      answer.on('end', () => resolve({ status: answer.statusCode!, said }));
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Proportional memory of a process and all below it, in MiB. */
function memoryOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Ended meanwhile.
    }
  }
  const isBelow = (one: number): boolean =>
    one === pid || (parents.has(one) && parents.get(one)! > 1 && isBelow(parents.get(one)!));
  const kilobytes = [...parents.keys()].filter(isBelow).map(one => {
    const rollup = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

const SEARCH = {
  experiment_ids: ['0'],
  filter: "params.p0 = '3' and params.p1 = '4' and metrics.m5 > 0.5",
  order_by: ['metrics.m7 DESC'],
  max_results: 100
};

type Work = (one: Contender, runId: string, round: number) => Promise<number[]>;

const batches =
  (keys: number, each: number): Work =>
  async (one, run_id, round) => {
    const times: number[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const from = (round * BATCHES + batch) * each;
      const metrics = Array.from({ length: keys * each }, (_, index) => {
        const step = from + Math.floor(index / keys);
        const key = `batch-${keys}-${each}-${index % keys}`;
        return { key, value: step / 7, timestamp: step, step };
      });
      times.push(await time(() => call(one, 'POST', 'runs/log-batch', { run_id, metrics })));
    }
    return times;
  };

const works: [string, Work][] = [
  [
    '`runs/log-metric`, one connection: ms',
    async (one, run_id, round) => {
      const times: number[] = [];
      for (let step = 0; step < 100; step += 1) {
        const metric = { run_id, key: 'one', value: step / 3, timestamp: round + 1, step };
        times.push(await time(() => call(one, 'POST', 'runs/log-metric', metric)));
      }
      return times;
    }
  ],
  [
    'the same, 16 connections: ms a call',
    async (one, run_id, round) => {
      let step = 0;
      const begin = performance.now();
      const send = async () => {
        for (; step < 400;) {
          const metric = { run_id, key: 'many', value: 1, timestamp: round + 1, step: (step += 1) };
          await call(one, 'POST', 'runs/log-metric', metric);
        }
      };
      await Promise.all(Array.from({ length: 16 }, send));
      return [(performance.now() - begin) / 400];
    }
  ],
  ['`runs/log-batch` of 1,000 metrics, one key: ms', batches(1, 1000)],
  ['the same, 20 keys: ms', batches(20, 50)],
  ['the same, 1,000 keys: ms', batches(1000, 1)],
  ['`runs/log-batch` of 20 metrics, 20 keys: ms', batches(20, 1)],
  [
    'search: two params, a metric, an order; first page of 100: ms',
    async one => [await time(() => call(one, 'POST', 'runs/search', SEARCH))]
  ],
  [
    'the same, all pages: ms',
    async one => [
      await time(async () => {
        for (let token: string | undefined = ''; token !== undefined;) {
          const page = { ...SEARCH, ...(token === '' ? {} : { page_token: token }) };
          const answer = JSON.parse(await call(one, 'POST', 'runs/search', page)) as {
            next_page_token?: string;
          };
          token = answer.next_page_token || undefined;
        }
      })
    ]
  ],
  [
    `history of one metric, ${HISTORY.toLocaleString('en')} points: ms`,
    async one => [
      await time(() => call(one, 'GET', `metrics/get-history?run_id=${FIRST_RUN}&metric_key=long`))
    ]
  ]
];

/** The yardstick, in turn with the others: the same rows into a table like ours, by SQLite alone, one transaction a thousand. */
function openRaw() {
  const database = new DatabaseSync(join(process.env['TMPDIR'] ?? '/tmp', `raw-${process.pid}.db`));
  database.exec('pragma journal_mode = wal; pragma synchronous = full; drop table if exists p');
  database.exec(
    'create table p (s integer, t integer, n integer, v real, k integer, primary key (s, t, n, v, k)) strict, without rowid'
  );
  const insert = database.prepare('insert into p values (1, ?, ?, ?, 0)');
  const write = (from: number) => {
    const begin = performance.now();
    database.exec('begin');
    for (let row = from; row < from + 1000; row += 1) insert.run(row, row, row / 7);
    database.exec('commit');
    return performance.now() - begin;
  };
  const round = (number: number) =>
    Array.from({ length: BATCHES }, (_, batch) => write((number * BATCHES + batch) * 1000));
  return { round, close: () => database.close() };
}

async function startOurs(): Promise<Contender> {
  const begin = performance.now();
  const { url, token, data, process: child, stop } = await startServer();
  const startedIn = performance.now() - begin;
  const fill = async () => {
    fillOurs(join(data, 'stepladder.db'), runs);
    // As clients send it, since how we keep a history depends on it.
    const history = historyOf(HISTORY);
    for (let from = 0; from < HISTORY; from += 1000) {
      const metrics = history.slice(from, from + 1000);
      await call(server, 'POST', 'runs/log-batch', { run_id: FIRST_RUN, metrics });
    }
  };
  const server = { name: 'Stepladder', url, token, pid: child.pid!, startedIn, fill, stop };
  return server;
}

async function startTheirs(): Promise<Contender> {
  const { python } = await engine('mlflow', [`mlflow==${MLFLOW_VERSION}`]);
  const begin = performance.now();
  const { url, database, pid, stop } = await startMlflowPeer(python, ['--workers', '1']);
  const startedIn = performance.now() - begin;
  const fill = () => fillMlflow(database, runs, HISTORY);
  const name = '`mlflow server --workers 1`';
  return { name, url, token: undefined, pid, startedIn, fill, stop };
}

const at = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
const cell = (values: number[]) => `${at(values, 0.5).toFixed(2)} / ${at(values, 0.95).toFixed(2)}`;

const contenders = [await startOurs(), await startTheirs()];
const raw = openRaw();
const rawTimes: number[] = [];
const measured = works.map(() => contenders.map((): number[] => []));
try {
  const ids: string[] = [];
  for (const one of contenders) {
    await one.fill();
    const made = await call(one, 'POST', 'runs/create', { experiment_id: '0', user_id: 'bench' });
    ids.push((JSON.parse(made) as { run: { info: { run_id: string } } }).run.info.run_id);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [which, [, work]] of works.entries()) {
      for (const [index, one] of contenders.entries())
        measured[which]![index]!.push(...(await work(one, ids[index]!, round)));
    }
    rawTimes.push(...raw.round(round));
  }
  console.log(
    `${runs} runs × 100 metrics × 20 params, ${rounds} rounds in turn, MLflow ${MLFLOW_VERSION}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the end. p50 / p95.\n`
  );
  console.log(`| | ${contenders.map(({ name }) => name).join(' | ')} | ratio |\n|---|---|---|---|`);
  for (const [which, [what]] of works.entries()) {
    const [ours, theirs] = measured[which]!;
    const ratio = at(theirs!, 0.5) / at(ours!, 0.5);
    console.log(`| ${what} | ${cell(ours!)} | ${cell(theirs!)} | ${ratio.toFixed(1)} × |`);
  }
  console.log(`| (1,000 raw inserts by SQLite, committed: ms) | ${cell(rawTimes)} | | |`);
  for (const [what, read, unit] of [
    ['memory after all of it', (one: Contender) => memoryOf(one.pid), 'MiB'],
    ['start to the first answer', (one: Contender) => one.startedIn, 'ms']
  ] as const) {
    const [ours, theirs] = contenders.map(read);
    console.log(
      `| ${what}: ${unit} | ${ours!.toFixed(0)} | ${theirs!.toFixed(0)} | ${(theirs! / ours!).toFixed(1)} × |`
    );
  }
} finally {
  agent.destroy();
  raw.close();
  for (const one of contenders) await one.stop();
}
