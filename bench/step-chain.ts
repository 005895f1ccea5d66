// A chain of 100 steps that do nothing but hand a number on: `node bench/step-chain.ts [rounds]`. Beside it the same number
// of bare `python -c pass`, which is what a process a step costs without a fork server. Medians, interleaved.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../server/app.ts';
import { getPipelineRun, runPipeline } from '../server/contract/executor.ts';
import type { Notebook } from '../server/contract/notebook.ts';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../server/contract/operation.ts';

const STEPS = 100;
const ROUNDS = Number(process.argv[2] ?? 5);
const TOKEN = 'a-token-for-the-bench';
const PYTHON = join(import.meta.dirname, '../.venv/bin/python');

const chain = (edited?: number): Notebook => ({
  cells: Array.from({ length: STEPS }, (_, at) => ({
    cell_type: 'code',
    source: at === 0 ? 'x0 = 0' : `x${at} = x${at - 1} + ${at === edited ? 2 : 1}`,
    metadata: { stepladder: { step: `step_${at}` } }
  })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5
});

async function measureOurs(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-chain-'));
  const { app, connect } = await buildApp({
    config: {
      host: '127.0.0.1',
      port: 0,
      data: join(folder, 'data'),
      workspace: folder,
      token: TOKEN,
      auth: 'token',
      artifacts: { destination: join(folder, 'data', 'artifacts'), root: 'mlflow-artifacts:/' },
      kernelPath: [],
      python: PYTHON,
      bridge: join(import.meta.dirname, '../kernel-bridge/python/stepladder')
    }
  });
  connect({ url: await app.listen({ host: '127.0.0.1', port: 0 }), token: TOKEN });

  async function call<O extends Operation>(
    operation: O,
    input: RequestOf<O>
  ): Promise<ResponseOf<O>> {
    const { method, path, body } = toRequest(operation, input);
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    };
    const response = await app.inject({
      method,
      url: path,
      headers,
      ...(body === undefined ? {} : { payload: body })
    });
    if (response.statusCode !== 200) throw new Error(response.body);
    return response.json<ResponseOf<O>>();
  }
  async function time(notebook: Notebook, expected: number): Promise<number> {
    const begin = performance.now();
    const { pipelineRunId } = await call(runPipeline, { path: 'chain.ipynb', notebook });
    for (;;) {
      const { state, steps } = await call(getPipelineRun, { pipelineRunId });
      if (state !== 'running') {
        const last = steps.at(-1)!.outputs[0]?.repr;
        if (last !== String(expected)) throw new Error(`The chain gave ${last}, not ${expected}`);
        return performance.now() - begin;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
  const times = {
    'chain-100, first run': await time(chain(), 99),
    'nothing changed': await time(chain(), 99),
    'step 50 changed': await time(chain(50), 100)
  };
  await app.close();
  rmSync(folder, { recursive: true, force: true });
  return times;
}

function measureBare(): Record<string, number> {
  const begin = performance.now();
  for (let at = 0; at < STEPS; at++) execFileSync(PYTHON, ['-c', 'pass']);
  return { [`python -c pass, ${STEPS} times`]: performance.now() - begin };
}

const rounds: Record<string, number>[] = [];
for (let round = 0; round < ROUNDS; round++)
  rounds.push({ ...(await measureOurs()), ...measureBare() });
for (const name of Object.keys(rounds[0]!)) {
  const sorted = rounds.map(times => times[name]!).sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  process.stdout.write(`${name}: ${seconds(middle)} s (${seconds(low)} to ${seconds(high)})\n`);
}
process.stdout.write(`load at the end: ${loadavg()[0]!.toFixed(1)}\n`);
