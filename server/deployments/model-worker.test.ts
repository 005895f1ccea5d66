// The worker's rules, on a stand-in for the model process that does what a test tells it to.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelFiles } from './model-files.ts';
import { type ModelWorker, type ModelWorkerOptions, startModelWorker } from './model-worker.ts';

/** Speaks the frames; `do` in a header says what happens: an answer, a crash, or nothing for ever. */
const STAND_IN = `
import json, os, struct, sys, time
def read():
    lengths = sys.stdin.buffer.read(8)
    if len(lengths) < 8: sys.exit(0)
    header, body = struct.unpack("<II", lengths)
    return json.loads(sys.stdin.buffer.read(header)), sys.stdin.buffer.read(body)
def write(header, body=b""):
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(struct.pack("<II", len(text), len(body)) + text + body)
    sys.stdout.buffer.flush()
spec, _ = read()
if os.path.exists(os.path.join(spec["path"], "broken")):
    write({"ready": False, "error": "it is broken"})
    sys.exit(1)
write({"ready": True, "loader": "stand-in"})
while True:
    header, body = read()
    if header["do"] == "crash":
        print("MemoryError: too much", file=sys.stderr)
        os._exit(3)
    if header["do"] == "hang": time.sleep(1000)
    if header["do"] == "refuse": write({"error": "not this"})
    else: write({"pid": os.getpid(), "leaks": [name for name in os.environ if "STEPLADDER" in name]}, body)
`;

let folder: string;
let workers: ModelWorker[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepladder-worker-'));
  await writeFile(join(folder, 'model_worker.py'), STAND_IN);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map(worker => worker.kill()));
  await rm(folder, { recursive: true });
});

async function start(options: Partial<ModelWorkerOptions> = {}): Promise<ModelWorker> {
  const files: ModelFiles = {
    folder,
    digest: '',
    pyfunc: false,
    signature: { outputs: [], params: [] }
  };
  const worker = await startModelWorker({ python: 'python3', bridge: folder, files, ...options });
  workers.push(worker);
  return worker;
}

const ask = (worker: ModelWorker, what: string, body = '') =>
  worker.ask({ do: what }, [Buffer.from(body)]);

test('answers come in order, each to its request', async () => {
  const worker = await start();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_none, index) => ask(worker, 'answer', `body ${index}`))
  );
  const bodies = answers.map(answer => answer.ok && Buffer.from(answer.body).toString());
  expect(bodies).toEqual(Array.from({ length: 50 }, (_none, index) => `body ${index}`));
});

test("nothing of the server's environment reaches the model", async () => {
  process.env['STEPLADDER_TOKEN'] = 'secret';
  expect(await ask(await start(), 'answer')).toMatchObject({ header: { leaks: [] } });
  delete process.env['STEPLADDER_TOKEN'];
});

test('a refusal is an answer, and the process goes on', async () => {
  const worker = await start();
  expect(await ask(worker, 'refuse')).toEqual({ ok: false, reason: 'input', message: 'not this' });
  expect((await ask(worker, 'answer')).ok).toBe(true);
});

test('a crash fails the request that made it; those behind are answered by the next process', async () => {
  const worker = await start();
  const [crash, behind] = await Promise.all([
    ask(worker, 'crash'),
    ask(worker, 'answer', 'behind')
  ]);
  expect(crash).toMatchObject({
    ok: false,
    reason: 'died',
    message: expect.stringContaining('MemoryError: too much')
  });
  expect(behind.ok && Buffer.from(behind.body).toString()).toBe('behind');
});

test('one that takes too long is ended, those behind are not', async () => {
  const worker = await start({ deadline: 300 });
  const [slow, behind] = await Promise.all([ask(worker, 'hang'), ask(worker, 'answer')]);
  expect(slow).toMatchObject({
    ok: false,
    reason: 'timeout',
    message: expect.stringContaining('0.3 s')
  });
  expect(behind.ok).toBe(true);
});

test('a model that does not load says why, at the start and when it is to come back', async () => {
  const trouble: (string | undefined)[] = [];
  const worker = await start({ onTrouble: message => trouble.push(message) });
  await writeFile(join(folder, 'broken'), '');
  const answers = await Promise.all([ask(worker, 'crash'), ask(worker, 'answer')]);
  expect(answers[1]).toMatchObject({ ok: false, reason: 'died', message: 'it is broken' });
  expect(trouble).toContain('it is broken');
  await expect(start()).rejects.toThrow('it is broken');
});

test('files that changed are not loaded again', async () => {
  const verify = async () => {
    throw new Error('the files have changed');
  };
  const worker = await start({ verify });
  const [, behind] = await Promise.all([ask(worker, 'crash'), ask(worker, 'answer')]);
  expect(behind).toMatchObject({ ok: false, message: 'the files have changed' });
});

test('draining answers what was asked, then refuses', async () => {
  const worker = await start();
  const asked = Array.from({ length: 20 }, () => ask(worker, 'answer'));
  const drained = worker.drain();
  expect(await ask(worker, 'answer')).toMatchObject({ ok: false, reason: 'closed' });
  await drained;
  expect((await Promise.all(asked)).every(answer => answer.ok)).toBe(true);
});

test('killing fails what was asked, and the process is gone', async () => {
  const worker = await start();
  const first = await ask(worker, 'answer');
  const hanging = ask(worker, 'hang');
  await worker.kill();
  expect(await hanging).toMatchObject({ ok: false, reason: 'closed' });
  const pid = Number(first.ok && first.header['pid']);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('told to stop while it loads, it leaves nothing running', async () => {
  const loading = new AbortController();
  const started = start({ signal: loading.signal });
  loading.abort();
  await expect(started).rejects.toThrow('SIGKILL');
});

test('a Python that is not there is said', async () => {
  await expect(start({ python: '/nowhere/python' })).rejects.toThrow('/nowhere/python');
});
