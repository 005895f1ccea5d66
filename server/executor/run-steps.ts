// Runs the steps of one pipeline: each when those it needs have ended, so many at a time, none that is stored already.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StepRun } from '../contract/executor.ts';
import type { Clock } from '../events/clock.ts';
import type { FileDigester, FileDigests } from './file-digests.ts';
import { died, type Job, StoredOutput, type Workers } from './job.ts';
import type { LiveRun } from './live-run.ts';
import type { StepPlan } from './plan.ts';
import { keyOf, type Past, reasonToRun, type StepParts, UNCHANGED } from './step-parts.ts';
import type { ExecutorStore, ResultRow } from './store.ts';

export interface RunParts {
  live: LiveRun;
  plans: StepPlan[];
  workers: Workers;
  store: ExecutorStore;
  digester: FileDigester;
  clock: Clock;
  /** Folder of the stored values. */
  values: string;
  /** What the steps' processes are told; asked for when the first step has to run. */
  variables(): Promise<Record<string, string>>;
  past: Map<string, Past>;
  jobs: number;
  fresh: boolean;
  cancelled: AbortSignal;
  /** Told when a step begins and how it ends, for the tracked run. */
  onStep(run: StepRun, plan: StepPlan): void;
  /** Told what a step that ended well gave and which files it used. */
  onResult?(step: string, outputs: StoredOutput[], files: FileDigests): void;
}

interface Ended {
  ok: boolean;
  outputs: Map<string, StoredOutput>;
  state: string | null;
}

const NOTHING: Ended = { ok: false, outputs: new Map(), state: null };

export async function runSteps(parts: RunParts): Promise<void> {
  const ended = new Map<string, Promise<Ended>>();
  const slots = createSlots(parts.jobs);
  for (const plan of parts.plans) ended.set(plan.step.name, runWhenReady(plan));
  await Promise.all(ended.values());

  async function runWhenReady(plan: StepPlan): Promise<Ended> {
    const { live, clock, cancelled } = parts;
    const { name, needs } = plan.step;
    const before = new Map<string, Ended>();
    // Not before all are known: the map is being filled while the first of these begin.
    await Promise.resolve();
    for (const need of needs) before.set(need, await ended.get(need)!);
    const missing = needs.filter(need => !before.get(need)!.ok);
    if (missing.length > 0 && !cancelled.aborted) {
      live.end(name, {
        state: 'skipped',
        reason: `It needs ${missing.join(', ')}, which did not end well`
      });
      return NOTHING;
    }
    const slot = await slots.take();
    try {
      if (cancelled.aborted) return cancel(name);
      return await runOrReuse(parts, plan, before);
    } catch (error) {
      const fault = {
        name: 'StepNotRun',
        value: error instanceof Error ? error.message : String(error)
      };
      live.end(name, { state: 'failed', endTime: clock(), error: fault });
      return NOTHING;
    } finally {
      slot.free();
    }
  }

  function cancel(name: string): Ended {
    parts.live.end(name, { state: 'cancelled', reason: 'The run was cancelled' });
    return NOTHING;
  }
}

async function runOrReuse(
  parts: RunParts,
  plan: StepPlan,
  before: Map<string, Ended>
): Promise<Ended> {
  const { live, clock, values, cancelled } = parts;
  const name = plan.step.name;
  const startTime = clock();
  const stepParts = completeParts(plan, before);
  const key = keyOf(stepParts);
  const stored = parts.fresh ? undefined : await findStored(parts, key);
  if (stored?.hit) {
    const { outputs, state, log } = stored.hit;
    for (const { stream, text } of log) live.log(name, stream, [text]);
    const run: Partial<StepRun> = {
      state: 'cached',
      reason: UNCHANGED,
      startTime,
      endTime: clock(),
      outputs
    };
    live.end(name, run, stepParts);
    return { ok: true, outputs: byName(outputs), state };
  }
  const reason = parts.fresh
    ? 'Asked to run every step'
    : reasonToRun(stepParts, parts.past.get(name), stored?.change);
  const variables = await parts.variables();
  live.update(name, { state: 'running', reason, startTime });
  parts.onStep(stepOf(live, name), plan);
  const job: Job = {
    ...plan.job,
    id: `${live.run.pipelineRunId}-${name}`,
    folder: plan.known.folder,
    values,
    variables,
    inputs: blobsOf(plan, stepParts),
    state: stepParts.state
  };
  const process = parts.workers.start(job, (stream, lines) => live.log(name, stream, lines));
  const kill = () => process.kill();
  cancelled.addEventListener('abort', kill);
  if (cancelled.aborted) kill();
  const result = await process.ended.catch(error => died(null, String(error)));
  cancelled.removeEventListener('abort', kill);

  const endTime = clock();
  if ('error' in result) {
    if (cancelled.aborted) live.end(name, { state: 'cancelled', endTime });
    else live.end(name, { state: 'failed', endTime, error: result.error }, stepParts);
    parts.onStep(stepOf(live, name), plan);
    return NOTHING;
  }
  const files = await parts.digester.digestAll(result.files);
  parts.onResult?.(name, result.outputs, files);
  live.end(name, { state: 'done', endTime, outputs: result.outputs }, stepParts, {
    key,
    outputs: JSON.stringify(result.outputs),
    state_blob: result.state,
    files: JSON.stringify(files),
    log: JSON.stringify(
      live
        .linesOf(name)
        .slice(0, LINES_REPLAYED)
        .map(({ stream, text }) => ({ stream, text }))
    ),
    time: endTime
  });
  parts.onStep(stepOf(live, name), plan);
  return { ok: true, outputs: byName(result.outputs), state: result.state };
}

const LINES_REPLAYED = 1000;
const stepOf = (live: LiveRun, name: string) => live.run.steps.find(({ step }) => step === name)!;
const byName = (outputs: StoredOutput[]) => new Map(outputs.map(output => [output.name, output]));

function completeParts(
  { step, known, stateFrom }: StepPlan,
  before: Map<string, Ended>
): StepParts {
  const inputs: StepParts['inputs'] = {};
  for (const [name, from] of Object.entries(step.sources)) {
    const output = before.get(from)?.outputs.get(name);
    // A name that a branch did not bind this time is not there, as in the notebook.
    if (output) inputs[name] = { digest: output.digest, from };
  }
  const state = stateFrom.flatMap(from => before.get(from)?.state ?? []);
  return { ...known, inputs, state };
}

/** The blobs to read, in the order of the steps that wrote them. */
function blobsOf({ step }: StepPlan, { inputs }: StepParts): Job['inputs'] {
  const blobs = new Map<string, string[]>();
  for (const from of step.needs) {
    for (const [name, input] of Object.entries(inputs)) {
      if (input.from !== from) continue;
      const names = blobs.get(input.digest) ?? [];
      blobs.set(input.digest, names);
      names.push(name);
    }
  }
  return [...blobs].map(([digest, names]) => ({ digest, names }));
}

interface Stored {
  hit?: {
    outputs: StoredOutput[];
    state: string | null;
    log: { stream: 'stdout' | 'stderr'; text: string }[];
  };
  /** Why the newest result of that key cannot be used. */
  change?: Awaited<ReturnType<FileDigester['findChange']>>;
}

const Outputs = z.array(StoredOutput);

async function findStored(
  { store, digester, values }: RunParts,
  key: string
): Promise<Stored | undefined> {
  let change: Stored['change'];
  const rows: ResultRow[] = await store.findResults(key);
  for (const row of rows) {
    const outputs = Outputs.parse(JSON.parse(row.outputs));
    const blobs = [
      ...outputs.map(({ digest }) => digest),
      ...(row.state_blob ? [row.state_blob] : [])
    ];
    if (!blobs.every(digest => existsSync(join(values, digest.slice(0, 2), digest)))) continue;
    const files = JSON.parse(row.files) as FileDigests;
    const changed = await digester.findChange(files);
    if (!changed) return { hit: { outputs, state: row.state_blob, log: JSON.parse(row.log) } };
    change ??= changed;
  }
  return change && { change };
}

interface Slots {
  take(): Promise<{ free(): void }>;
}

function createSlots(count: number): Slots {
  let free = count;
  const queue: (() => void)[] = [];
  const slot = {
    free() {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>(resolve => queue.push(resolve));
      return slot;
    }
  };
}
