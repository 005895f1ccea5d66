// One file of a gigabyte up and down through the proxy, whole and in parts, beside the same bytes written to and read from the
// disk without a server, through a server that only streams, and through `mlflow server --workers 1`, in turn.
// `node bench/artifact.ts [MiB] [rounds]` prints a table for RESULTS.md.
import { randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { engine } from '../test/support/engines.ts';
import { startServer } from '../test/support/server.ts';
import { startBareServer } from './bare-server.ts';
import { startMlflowPeer } from './mlflow-peer.ts';

const MIB = 1024 * 1024;
const size = Number(process.argv[2] ?? 1024) * MIB;
const rounds = Number(process.argv[3] ?? 3);
const PART = 100 * MIB;
const PIECE = Buffer.alloc(MIB);
randomFillSync(PIECE);

function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= PIECE.length)
    yield PIECE.subarray(0, Math.min(left, PIECE.length));
}

const folder = mkdtempSync(join(tmpdir(), 'stepladder-artifact-'));
const server = await startServer();
const headers = { authorization: `Bearer ${server.token}` };
const proxyOf = (url: string) => `${url}/api/2.0/mlflow-artifacts/artifacts`;
const base = proxyOf(server.url);
const { python } = await engine('mlflow', ['mlflow==3.17.2']);
const mlflow = await startMlflowPeer(python, ['--workers', '1']);
const bare = await startBareServer('bare-files.mjs', join(folder, 'bare.bin'));

/** Sends and receives without keeping anything: a client that would hold the file measures itself. */
function send(
  method: string,
  url: string,
  bytes = 0
): Promise<{ etag: string | undefined; received: number }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, headers: { ...headers, ...(bytes > 0 ? { 'content-length': bytes } : {}) } },
      answer => {
        let received = 0;
        answer.on('data', (piece: Buffer) => (received += piece.length));
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve({ etag: answer.headers['etag'], received })
            : reject(new Error(`${method} ${url}: ${answer.statusCode}`))
        );
      }
    );
    asked.on('error', reject);
    pipeline(Readable.from(pieces(bytes)), asked).catch(reject);
  });
}

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await server.fetch(`/api/2.0/mlflow-artifacts${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

/** As the client does: four parts at a time. */
async function sendParts(): Promise<void> {
  const path = 'bench/parts.bin';
  const count = Math.ceil(size / PART);
  const { upload_id, credentials } = await post<{
    upload_id: string;
    credentials: { url: string; part_number: number }[];
  }>(`/mpu/create/bench`, { path: 'parts.bin', num_parts: count });
  const parts: { part_number: number; etag: string; url: string }[] = [];
  const waiting = [...credentials];
  const sender = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const bytes = Math.min(PART, size - (one.part_number - 1) * PART);
      const url = new URL(one.url, server.url).href;
      const { etag } = await send('PUT', url, bytes);
      parts.push({ part_number: one.part_number, etag: etag!, url });
    }
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  await post(`/mpu/complete/bench`, { path: 'parts.bin', upload_id, parts });
  await expectSize(`${base}/${path}`);
}

async function expectSize(url: string): Promise<void> {
  const { received } = await send('GET', url);
  if (received !== size) throw new Error(`${url} came back with ${received} of ${size} bytes`);
}

const file = join(folder, 'plain.bin');
const works: [string, () => Promise<unknown>][] = [
  [
    'written to the disk, synced',
    () => pipeline(Readable.from(pieces(size)), createWriteStream(file, { flush: true }))
  ],
  [
    'read from the disk',
    async () => {
      for await (const piece of createReadStream(file)) void piece;
    }
  ],
  ['sent to a server that only streams', () => send('PUT', bare.url, size)],
  ['fetched from it', () => expectSize(bare.url)],
  ['sent through the proxy', () => send('PUT', `${base}/bench/whole.bin`, size)],
  ['fetched through the proxy', () => expectSize(`${base}/bench/whole.bin`)],
  ["sent through MLflow's", () => send('PUT', `${proxyOf(mlflow.url)}/bench/whole.bin`, size)],
  ["fetched through MLflow's", () => expectSize(`${proxyOf(mlflow.url)}/bench/whole.bin`)],
  ['sent in parts of 100 MiB, joined, and fetched', sendParts]
];

const statusOf = (name: string): number =>
  Number(
    new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(
      readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
    )![1]
  ) / 1024;
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

try {
  const before = statusOf('VmRSS');
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, work]] of works.entries()) {
      const begin = performance.now();
      await work();
      times[index]!.push((performance.now() - begin) / 1000);
    }
  }
  console.log(
    `${size / MIB} MiB, ${rounds} rounds in turn, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}. Seconds, median (range).\n`
  );
  for (const [index, [what]] of works.entries()) {
    const all = times[index]!;
    const range = `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
    console.log(`| ${what} | ${median(all).toFixed(2)} (${range}) |`);
  }
  console.log(
    `| the server's memory before; at most | ${before.toFixed(0)} MiB; ${statusOf('VmHWM').toFixed(0)} MiB |`
  );
} finally {
  await bare.stop();
  await mlflow.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
