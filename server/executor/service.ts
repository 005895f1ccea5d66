// Running a pipeline on this machine.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import type * as operations from '../contract/executor.ts';
import type { PipelineRun } from '../contract/executor.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Handler } from '../http/route.ts';
import type { PipelinesService, StepResult } from '../pipelines/service.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { Workspace } from '../workspace.ts';
import { createFileDigester } from './file-digests.ts';
import { createLiveRun, type LiveRun } from './live-run.ts';
import { checkParams } from './params.ts';
import { importsOf, planSteps } from './plan.ts';
import { runRow, stepRow, toPipelineRun } from './rows.ts';
import { runSteps } from './run-steps.ts';
import { type Past, StepParts } from './step-parts.ts';
import { createExecutorStore } from './store.ts';
import { beginTrackedRun, type TrackedRun } from './tracked-run.ts';
import { createWorkerPool } from './workers.ts';

export {
  CellOutputs,
  type Job,
  type JobResult,
  type StepProof,
  type StoredOutput,
  type Workers
} from './job.ts';
export { killGroup, readLines } from './process-lines.ts';
export { importsOf, planSteps, type StepPlan } from './plan.ts';
export { portray } from './typescript-portrait.ts';
export { createWorkerPool } from './workers.ts';

export interface ExecutorService {
  /** Answers as soon as the run has begun. */
  runPipeline: Handler<typeof operations.runPipeline>;
  getPipelineRun: Handler<typeof operations.getPipelineRun>;
  listPipelineRuns: Handler<typeof operations.listPipelineRuns>;
  getPipelineLogs: Handler<typeof operations.getPipelineLogs>;
  cancelPipelineRun: Handler<typeof operations.cancelPipelineRun>;
  close(): Promise<void>;
}

export interface ExecutorParts {
  database: Database;
  analysis: AnalysisService;
  pipelines: PipelinesService;
  tracking: TrackingService;
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  /** Of the stored values. */
  folder: string;
  bridge: string;
  /** Where this server is reached, for the steps' own logging; nothing before it listens. */
  connection: () => { url: string; token: string } | undefined;
}

interface Running {
  live: LiveRun;
  cancel: AbortController;
  ended: Promise<void>;
}

export function createExecutorService(parts: ExecutorParts): ExecutorService {
  const { analysis, pipelines, tracking, environments, bus, clock, workspace, folder } = parts;
  const store = createExecutorStore(parts.database);
  const digester = createFileDigester(store);
  const pool = createWorkerPool(parts.bridge);
  const running = new Map<string, Running>();
  const lost = {
    name: 'ServerEnded',
    value: 'The server ended while this step ran',
    remedy: 'Run the pipeline again'
  };
  const recovered = store.failInterrupted(JSON.stringify(lost), clock()).catch(() => {});
  prepareFolder(folder);

  async function begin({
    path,
    notebook,
    params,
    jobs,
    fresh
  }: Parameters<ExecutorService['runPipeline']>[0]): Promise<PipelineRun> {
    await recovered;
    const full = workspace.identify(path);
    const cwd = workspace.folderOf(path);
    const { pipeline, analysis: facts } = pipelines.buildSound(notebook, path);
    const given = checkParams(pipeline.parameters, params);
    const environment = environments.forNotebook(notebook);
    const installed = await environments.installedIn(environment);
    if (
      [...running.values()].some(
        ({ live: { run } }) => run.notebook === full && run.state === 'running'
      )
    ) {
      throw problem('already_running', `The pipeline of "${path}" is running already`, {
        remedy: 'Wait until it has ended, or cancel it'
      });
    }
    const pipelineRunId = createId(clock);
    const run: PipelineRun = {
      pipelineRunId,
      pipeline: pipeline.name,
      notebook: full,
      state: 'running',
      params: Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value])),
      startTime: clock(),
      steps: pipeline.steps.map(({ name }) => ({
        step: name,
        state: 'waiting',
        reason: '',
        outputs: []
      }))
    };
    const live = createLiveRun(run, store, bus);
    const cancel = new AbortController();
    let settle: () => void = () => {};
    const ended = new Promise<void>(resolve => (settle = resolve));
    running.set(pipelineRunId, { live, cancel, ended });
    try {
      await store.addRun(
        runRow(run),
        run.steps.map((step, at) => stepRow(pipelineRunId, at, step))
      );
    } catch (error) {
      running.delete(pipelineRunId);
      settle();
      throw error;
    }
    const plans = planSteps(
      {
        pipeline,
        notebook,
        analysis: facts,
        params: given,
        environment: installed.id,
        folder: cwd
      },
      analysis
    );
    const language = pipeline.language;
    const imports = language === 'python' ? importsOf(pipeline, analysis) : '';
    const { workers, release } = pool.take({
      environment,
      environmentId: installed.id,
      folder: cwd,
      imports
    });

    const work = async () => {
      // A run whose steps are all stored has nothing to track.
      let tracked: Promise<TrackedRun> | undefined;
      const track = () =>
        (tracked ??= beginTrackedRun({
          tracking,
          clock,
          pipelineRunId,
          notebook: full,
          content: notebook,
          pipeline,
          params: run.params as typeof params
        }).then(begun => {
          if (begun.runId !== undefined) run.runId = begun.runId;
          return begun;
        }));
      const results: StepResult[] = [];
      await runSteps({
        live,
        plans,
        workers,
        store,
        digester,
        clock,
        values: folder,
        variables: async () => variablesOf(await track(), full, pipeline),
        past: await readPast(full),
        jobs: jobs ?? availableParallelism(),
        fresh,
        cancelled: cancel.signal,
        onStep: (step, plan) => void track().then(begun => begun.step(step, plan.step.source)),
        onResult: (step, outputs, files) => void results.push({ step, outputs, files })
      });
      // What the next capture says of schemas and data; a run does not fail for it.
      await pipelines.noteResults(full, results).catch(() => undefined);
      const failed = run.steps.some(({ state }) => state === 'failed');
      await (await tracked)?.end(cancel.signal.aborted || failed);
      await live.finish(cancel.signal.aborted ? 'cancelled' : failed ? 'failed' : 'done', clock());
    };
    void work()
      .catch(() => live.finish('failed', clock()))
      .finally(() => {
        release();
        running.delete(pipelineRunId);
        settle();
      });
    return structuredClone(run);
  }

  function variablesOf(
    { sessionId, runId }: TrackedRun,
    notebook: string,
    pipeline: Pipeline
  ): Record<string, string> {
    const connection = parts.connection();
    if (!connection) return { STEPLADDER_NOTEBOOK: notebook };
    const token = `${connection.token}.${sessionId}`;
    // Steps are processes of their own, but log to one run; a notebook that chooses its experiment has to make its own.
    const chooses = [...pipeline.steps, ...pipeline.prelude].some(({ source }) =>
      /\bset_experiment\b/.test(source)
    );
    return {
      STEPLADDER_NOTEBOOK: notebook,
      STEPLADDER_URL: connection.url,
      STEPLADDER_TOKEN: token,
      MLFLOW_TRACKING_URI: connection.url,
      MLFLOW_TRACKING_TOKEN: token,
      ...(chooses ? {} : { MLFLOW_EXPERIMENT_NAME: pipeline.name }),
      ...(runId === undefined || chooses ? {} : { MLFLOW_RUN_ID: runId })
    };
  }

  async function readPast(notebook: string): Promise<Map<string, Past>> {
    const past = new Map<string, Past>();
    for (const { step, parts: text, failed } of await store.findMarks(notebook)) {
      const mark = StepParts.safeParse(JSON.parse(text));
      if (mark.success) past.set(step, { parts: mark.data, failed: failed === 1 });
    }
    return past;
  }

  async function find(pipelineRunId: string): Promise<PipelineRun> {
    const now = running.get(pipelineRunId);
    if (now) return structuredClone(now.live.run);
    const row = await store.findRun(pipelineRunId);
    if (!row)
      throw problem('pipeline_run_not_found', `There is no pipeline run "${pipelineRunId}"`);
    return toPipelineRun(row, await store.stepsOf([pipelineRunId]));
  }

  return {
    runPipeline: begin,
    getPipelineRun: ({ pipelineRunId }) => find(pipelineRunId),
    async listPipelineRuns({ limit, cursor, notebook }) {
      await recovered;
      const path = notebook === undefined ? undefined : workspace.identify(notebook);
      const rows = await store.listRuns({ limit: limit + 1, before: cursor, notebook: path });
      const shown = rows.slice(0, limit);
      const steps = await store.stepsOf(shown.map(row => row.pipeline_run_id));
      const items = shown.map(row => {
        const live = running.get(row.pipeline_run_id)?.live.run;
        return live
          ? structuredClone(live)
          : toPipelineRun(
              row,
              steps.filter(step => step.pipeline_run_id === row.pipeline_run_id)
            );
      });
      return { items, ...(rows.length > limit ? { next: shown.at(-1)!.pipeline_run_id } : {}) };
    },
    async getPipelineLogs({ pipelineRunId, after, step }) {
      const now = running.get(pipelineRunId);
      if (now) await now.live.flush();
      else await find(pipelineRunId);
      const rows = await store.readLogs(pipelineRunId, after, step);
      return {
        lines: rows.map(({ seq, step, stream, text }) => ({
          seq,
          step,
          stream: stream === 'stderr' ? 'stderr' : 'stdout',
          text
        }))
      };
    },
    async cancelPipelineRun({ pipelineRunId }) {
      const now = running.get(pipelineRunId);
      now?.cancel.abort();
      await now?.ended;
      return find(pipelineRunId);
    },
    async close() {
      for (const { cancel } of running.values()) cancel.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
      pool.close();
    }
  };
}

/** What a killed step was writing is worth nothing. */
function prepareFolder(folder: string): void {
  const partial = join(folder, 'partial');
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(partial)) rmSync(join(partial, name), { force: true });
}
