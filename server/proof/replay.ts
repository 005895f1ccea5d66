// The pipeline run step by step, each in a process of its own, the last one that is ready first.
import { createHash } from 'node:crypto';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import type { Job, JobResult, StepPlan, StoredOutput, Workers } from '../executor/service.ts';
import type { RanCell } from './reference.ts';
import { runWatched } from './watched-step.ts';

export interface StepEnd {
  plan: StepPlan;
  result: JobResult;
}

export interface ReplayParts {
  plans: StepPlan[];
  workers: Workers;
  folder: string;
  values: string;
  variables: Record<string, string>;
  /** Seconds a cell. */
  limit: number;
  /** What the kernel's runs had. */
  references: Map<number, RanCell>[];
  /** Number of each cell among those that run. */
  counts: Map<number, number>;
  /** Results of steps that touched no file, by their job. */
  known: Map<string, JobResult>;
  /** Cells whose imports say something. */
  loud: Set<number>;
  cancelled: AbortSignal;
  onStep(name: string): void;
}

const AT_ONCE = 2;

export async function replay(parts: ReplayParts): Promise<Map<string, StepEnd>> {
  const ended = new Map<string, StepEnd>();
  const waiting = [...parts.plans];
  const running = new Set<Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const at = waiting.findLastIndex(({ step }) => step.needs.every(need => ended.has(need)));
    if (at < 0 || running.size >= AT_ONCE) {
      if (running.size === 0) break;
      await Promise.race(running);
      continue;
    }
    const [plan] = waiting.splice(at, 1) as [StepPlan];
    if (parts.cancelled.aborted) break;
    const work = runStep(parts, plan, ended).then(result => {
      ended.set(plan.step.name, { plan, result });
      running.delete(work);
    });
    running.add(work);
  }
  await Promise.all(running);
  return ended;
}

async function runStep(
  parts: ReplayParts,
  plan: StepPlan,
  ended: Map<string, StepEnd>
): Promise<JobResult> {
  const { folder, values, counts, workers, limit, cancelled, known } = parts;
  const job: Omit<Job, 'id'> = {
    ...plan.job,
    cells: plan.job.cells.map(part => ({ ...part, count: counts.get(part.cell) ?? 1 })),
    folder,
    values,
    variables: parts.variables,
    inputs: blobsOf(plan.step, ended),
    state: plan.stateFrom.flatMap(from => stateOf(ended.get(from)) ?? []),
    expected: expectedOf(plan.step, parts.references),
    fresh: plan.step.cells.some(cell => parts.loud.has(cell))
  };
  const key = createHash('sha256').update(JSON.stringify(job)).digest('hex');
  const before = known.get(key);
  if (before) return before;
  parts.onStep(plan.step.name);
  const secondsOf = (cell: number) => parts.references[0]?.get(cell)?.seconds;
  const result = await runWatched(
    { workers, limit, secondsOf, cancelled },
    { ...job, id: `${plan.step.name}-${key.slice(0, 12)}` }
  );
  if (!('error' in result) && Object.values(result.files).every(list => list.length === 0))
    known.set(key, result);
  return result;
}

const outputsOf = (end: StepEnd | undefined): StoredOutput[] =>
  end && !('error' in end.result) ? end.result.outputs : [];
const stateOf = (end: StepEnd | undefined) =>
  end && !('error' in end.result) ? (end.result.state ?? undefined) : undefined;

/** In the order of the steps that wrote them. */
function blobsOf({ sources, needs }: Step, ended: Map<string, StepEnd>): Job['inputs'] {
  const blobs = new Map<string, string[]>();
  for (const from of needs) {
    for (const [name, source] of Object.entries(sources)) {
      if (source !== from) continue;
      const output = outputsOf(ended.get(from)).find(each => each.name === name);
      if (output) blobs.set(output.digest, [...(blobs.get(output.digest) ?? []), name]);
    }
  }
  return [...blobs].map(([digest, names]) => ({ digest, names }));
}

/** What the kernel had of each output after the last cell of the step that wrote it. */
function expectedOf(
  { cells, outputs }: Step,
  references: Map<number, RanCell>[]
): Record<string, string[]> {
  const expected: Record<string, string[]> = {};
  for (const name of outputs) {
    const digests = references.flatMap(cellsRan => {
      const writer = cells.findLast(cell => cellsRan.get(cell)?.values[name] !== undefined);
      return writer === undefined ? [] : [cellsRan.get(writer)!.values[name]!];
    });
    if (digests.length > 0) expected[name] = digests;
  }
  return expected;
}

/** 0 for a chain, 1 when no cell waits for another: from the longest chain, in cells. */
export function parallelismOf({ steps }: Pick<Pipeline, 'steps'>): number {
  const byName = new Map(steps.map(step => [step.name, step]));
  const lengths = new Map<string, number>();
  const lengthOf = (step: Step): number => {
    const known = lengths.get(step.name);
    if (known !== undefined) return known;
    const before = step.needs.flatMap(need => byName.get(need) ?? []).map(lengthOf);
    const length = step.cells.length + Math.max(0, ...before);
    lengths.set(step.name, length);
    return length;
  };
  const cells = steps.reduce((sum, step) => sum + step.cells.length, 0);
  if (cells < 2) return 0;
  const longest = Math.max(...steps.map(lengthOf));
  return Math.round(((cells - longest) / (cells - 1)) * 1000) / 1000;
}
