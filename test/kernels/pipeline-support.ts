// An application on a data folder of its own that listens, for tests of pipelines with real interpreters.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../server/app.ts';
import {
  type LogLine,
  type PipelineRun,
  getPipelineLogs,
  getPipelineRun,
  runPipeline
} from '../../server/contract/executor.ts';
import type { Notebook } from '../../server/contract/notebook.ts';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../../server/contract/operation.ts';
import { Problem } from '../../server/contract/problem.ts';
import { REPOSITORY } from '../support/server.ts';

export const PYTHON = join(REPOSITORY, '.venv/bin/python');
const LOOK_EVERY = 20;
const TOKEN = 'a-token-for-pipelines';

export interface PipelineApp {
  folder: string;
  data: string;
  /** @returns what it answered, a problem included. */
  call<O extends Operation>(operation: O, input: RequestOf<O>): Promise<ResponseOf<O>>;
  refuse<O extends Operation>(operation: O, input: RequestOf<O>): Promise<Problem>;
  /** Runs to the end. */
  run(
    notebook: Notebook,
    options?: { params?: Record<string, string | number>; jobs?: number; path?: string }
  ): Promise<PipelineRun>;
  logs(run: PipelineRun): Promise<LogLine[]>;
  /** A kernelspec of that name. */
  addKernel(name: string, executable: string, language?: string): void;
  close(): Promise<void>;
}

export async function startPipelineApp(existing?: string): Promise<PipelineApp> {
  const folder = existing ?? mkdtempSync(join(tmpdir(), 'stepladder-pipelines-'));
  const data = join(folder, '.stepladder');
  const kernels = join(folder, 'jupyter');
  const { app, connect } = await buildApp({
    config: {
      host: '127.0.0.1',
      port: 0,
      data,
      workspace: folder,
      token: TOKEN,
      auth: 'token',
      artifacts: { destination: join(data, 'artifacts'), root: 'mlflow-artifacts:/' },
      kernelPath: [kernels],
      python: PYTHON,
      bridge: join(REPOSITORY, 'kernel-bridge/python/stepladder')
    }
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  connect({ url, token: TOKEN });

  async function send<O extends Operation>(
    operation: O,
    input: RequestOf<O>
  ): Promise<{ ok: boolean; answer: unknown }> {
    const { method, path, body } = toRequest(operation, input);
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    };
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body })
    });
    return { ok: response.ok, answer: await response.json() };
  }
  async function call<O extends Operation>(
    operation: O,
    input: RequestOf<O>
  ): Promise<ResponseOf<O>> {
    const { ok, answer } = await send(operation, input);
    if (!ok) throw new Error(JSON.stringify(answer));
    return operation.response.parse(answer) as ResponseOf<O>;
  }
  return {
    folder,
    data,
    call,
    async refuse(operation, input) {
      const { ok, answer } = await send(operation, input);
      if (ok) throw new Error(`It was not refused: ${JSON.stringify(answer)}`);
      return Problem.parse(answer);
    },
    async run(notebook, { path = 'notebook.ipynb', ...options } = {}) {
      const { pipelineRunId } = await call(runPipeline, { path, notebook, ...options });
      for (;;) {
        const run = await call(getPipelineRun, { pipelineRunId });
        if (run.state !== 'running') return run;
        await new Promise(resolve => setTimeout(resolve, LOOK_EVERY));
      }
    },
    logs: async ({ pipelineRunId }) => (await call(getPipelineLogs, { pipelineRunId })).lines,
    addKernel(name, executable, language = 'python') {
      mkdirSync(join(kernels, 'kernels', name), { recursive: true });
      writeFileSync(
        join(kernels, 'kernels', name, 'kernel.json'),
        JSON.stringify({ argv: [executable], language, display_name: name })
      );
    },
    async close() {
      await app.close();
      if (existing === undefined) rmSync(folder, { recursive: true, force: true });
    }
  };
}

export interface TestCell {
  source: string;
  step?: string;
  tags?: string[];
}

export function notebookOf(cells: (string | TestCell)[], kernel?: string): Notebook {
  return {
    cells: cells.map((cell, index) => {
      const { source, step, tags } =
        typeof cell === 'string' ? { source: cell } : (cell as TestCell);
      const metadata = { ...(step ? { stepladder: { step } } : {}), ...(tags ? { tags } : {}) };
      return {
        cell_type: 'code',
        id: `cell-${index}`,
        source,
        metadata,
        outputs: [],
        execution_count: null
      };
    }),
    metadata: kernel ? { kernelspec: { name: kernel, display_name: kernel } } : {},
    nbformat: 4,
    nbformat_minor: 5
  };
}

export const statesOf = (run: PipelineRun) =>
  Object.fromEntries(run.steps.map(({ step, state }) => [step, state]));
export const reasonOf = (run: PipelineRun, name: string) =>
  run.steps.find(({ step }) => step === name)!.reason;
