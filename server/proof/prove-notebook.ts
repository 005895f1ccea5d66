// The proof itself: the notebook twice, its pipeline in another order, what differs repaired, until it is equal or cannot be.
import { join } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import { analyzeWithEvidence } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Difference, Proof, Repair } from '../contract/proof.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { createWorkerPool } from '../executor/service.ts';
import { buildPipeline, type Built, findForeignCells } from '../pipelines/service.ts';
import { type Attempt, type Attempts, type Code, createAttempts } from './attempt.ts';
import { emptyOverlay, type Overlay } from './overlay.ts';
import { type Reference, type RanCell, runInKernel } from './reference.ts';
import { apply } from './repair-apply.ts';
import type { RepairParts } from './repair-facts.ts';
import { repair } from './repair.ts';
import { parallelismOf } from './replay.ts';
import { trim } from './trim.ts';
import { findVolatile } from './verdict.ts';
import { isTooLate } from './watched-step.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

export interface ProveParts {
  analysis: AnalysisService;
  environment: KernelEnvironment;
  /** An interpreter that has Jupyter's client. */
  python: string;
  bridge: string;
  notebook: Notebook;
  name: string;
  /** The notebook's own: it is read, never written to. */
  folder: string;
  /** Seconds a cell. */
  limit: number;
  cancelled: AbortSignal;
  onPhase(phase: string): void;
}

export type ProofResult = Omit<
  Proof,
  'proofId' | 'notebook' | 'state' | 'phase' | 'startTime' | 'endTime' | 'problem'
>;

export interface Proved {
  result: ProofResult;
  /** What the next runs of the notebook can know. */
  overlay: Overlay;
  analysis: NotebookAnalysis;
  /** As it was read: with steps where it had another tool's marks. */
  notebook: Notebook;
}

const ROUNDS = 16;
/** Tries in which a step did not end, of which each costs the time that a cell may take. */
const MOST_ENDLESS = 4;
const MOST_DIFFERENCES = 20;
/** Milliseconds. */
const [LEAST_TRIMMING, MOST_TRIMMING] = [10_000, 120_000];

export async function proveNotebook(given: ProveParts): Promise<Proved> {
  // Steps that another tool's marks name are steps here too.
  const { notebook } = buildPipeline(given.notebook, given.name, given.analysis);
  const parts = { ...given, notebook };
  const code = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === 'code' && cellSource(cell).trim() !== ''
      ? [{ cell: index, source: cellSource(cell) }]
      : []
  );
  const work = makeWorkFolder(parts.folder, code.map(({ source }) => source).join('\n'));
  const pool = createWorkerPool(parts.bridge);
  try {
    return await proveIn(parts, code, work, pool);
  } finally {
    pool.close();
    work.remove();
  }
}

async function proveIn(
  parts: ProveParts,
  code: Code[],
  work: WorkFolder,
  pool: ReturnType<typeof createWorkerPool>
): Promise<Proved> {
  const { environment, python, bridge, notebook, limit, cancelled, onPhase } = parts;
  const from = Date.now();
  const window = () => ({ from, to: Date.now() });
  const values = join(work.own, 'values');
  const statically = parts.analysis.analyze(notebook);
  const outputsOf = new Map(statically.cells.map(({ index, outputs }) => [index, outputs]));
  const runNotebook = (scribble: boolean, turn: string): Promise<Reference> =>
    runInKernel({
      environment,
      python,
      bridge,
      folder: work.folder,
      own: work.own,
      values,
      limit,
      scribble,
      cancelled,
      cells: code.map(({ cell, source }) => ({ cell, source, names: outputsOf.get(cell) ?? [] })),
      onCell: cell => onPhase(`The notebook runs ${turn}: cell ${cell + 1}`)
    });

  onPhase('The notebook runs in a fresh kernel');
  const first = await runNotebook(false, 'for the first time');
  const unproved = (ran: Reference): Proved => ({ ...endedAt(ran, statically, work), notebook });
  if (first.stopped || cancelled.aborted) return unproved(first);
  work.reset();
  const seconds = first.cells.reduce((sum, ran) => sum + ran.seconds, 0);
  const seen = await gather(parts, work, seconds);
  if (cancelled.aborted) return unproved(first);
  work.reset();
  const second = await runNotebook(true, 'for the second time');
  if (second.stopped || cancelled.aborted) return unproved(second);

  const references = [first, second].map(({ cells }) => new Map(cells.map(ran => [ran.cell, ran])));
  const reference = references[0]!;
  const volatile = findVolatile(reference, references[1]!, window());
  const sources = new Map(code.map(({ cell, source }) => [cell, source]));
  const overlay = emptyOverlay();
  const tries: RepairParts['tries'] = new Map();
  const attempt = createAttempts({
    ...parts,
    seen,
    code,
    work,
    pool,
    references,
    volatile,
    window
  });
  const began = Date.now();

  for (let round = 1, endless = 0; ; round++) {
    const tried = await attempt(overlay, `attempt ${round}`);
    const { built, verdict, ended } = tried;
    const isEndless = [...ended.values()].some(({ result }) => isTooLate(result));
    if (isEndless) endless++;
    const isLast =
      round >= ROUNDS ||
      built.pipeline.steps.length < 2 ||
      cancelled.aborted ||
      endless >= MOST_ENDLESS;
    const found =
      verdict.differences.length === 0 || isLast
        ? []
        : repair({
            overlay,
            analysis: built.analysis,
            pipeline: built.pipeline,
            reference,
            sources,
            ended,
            verdict,
            tries
          });
    const isStuck = found.length === 0 && verdict.differences.length > 0 && !isLast && !isEndless;
    if (isStuck || (found.length > 0 && round === ROUNDS - 1))
      apply({ overlay, pipeline: built.pipeline }, everythingTogether(built));
    if (isStuck || found.length > 0) continue;
    const spent = Date.now() - began;
    const best = (endless === 0 && (await trimRepairs(tried, attempt, spent, cancelled))) || tried;
    return {
      overlay: best.overlay,
      analysis: best.built.analysis,
      notebook,
      // Where nothing made them equal, the reader is told what was tried.
      result: {
        ...resultOf(best, reference, work),
        ...(isEqual(best) ? {} : { repairs: tried.overlay.repairs.map(({ repair }) => repair) })
      }
    };
  }
}

const isEqual = ({ verdict }: Attempt) => verdict.differences.length === 0;

const differing = ({ verdict }: Attempt) => new Set(verdict.differences.map(({ cell }) => cell));

/** For as long again as the repairs took, at most. What stays different after all of them needs none of them either. */
function trimRepairs(
  repaired: Attempt,
  attempt: Attempts,
  spent: number,
  cancelled: AbortSignal
): Promise<Attempt | undefined> {
  const end = Date.now() + Math.min(Math.max(spent, LEAST_TRIMMING), MOST_TRIMMING);
  const before = differing(repaired);
  let parallelism = parallelismOf(repaired.built.pipeline);
  const tryOne = async (overlay: Overlay) => {
    const tried = await attempt(overlay, 'with fewer repairs');
    const kept = parallelismOf(tried.built.pipeline);
    const isGood = [...differing(tried)].every(cell => before.has(cell));
    if (cancelled.aborted || !isGood || kept < parallelism) return undefined;
    parallelism = kept;
    return tried;
  };
  return trim(repaired.overlay, tryOne, () => cancelled.aborted || Date.now() > end);
}

/** What each cell did when the notebook ran with everybody watching. */
async function gather(
  { analysis, notebook, environment, bridge, folder, limit, cancelled, onPhase }: ProveParts,
  work: WorkFolder,
  seconds: number
): Promise<NotebookAnalysis> {
  onPhase('The notebook runs and is watched');
  return analyzeWithEvidence(analysis, notebook, {
    environment,
    folder,
    bridge,
    limit: Math.max(limit, seconds * 10 + 60),
    copy: work.folder,
    cancelled
  });
}

function everythingTogether({ pipeline }: Built): Repair {
  return {
    kind: 'together',
    cells: pipeline.steps.flatMap(({ cells }) => cells).sort((a, b) => a - b),
    names: [],
    reason: 'No smaller change made the pipeline give what the notebook gives'
  };
}

function resultOf(
  { verdict, built: { pipeline, notebook }, overlay }: Attempt,
  reference: Map<number, RanCell>,
  work: WorkFolder
): ProofResult {
  const { differences, ...counted } = verdict;
  return {
    ...counted,
    equal: differences.length === 0,
    cells: reference.size,
    repairs: overlay.repairs.map(({ repair }) => repair),
    steps: pipeline.steps.length,
    parallelism: parallelismOf(pipeline),
    differences: differences.slice(0, MOST_DIFFERENCES) as Difference[],
    raises: [...reference.values()].flatMap(({ cell, outputs }) => (outputs.error ? [cell] : [])),
    notes: [...work.notes, ...foreignCells(notebook, pipeline.steps)]
  };
}

/** In the words in which running or exporting them would be refused. */
const foreignCells = (notebook: Notebook, steps: { cells: number[] }[]): string[] =>
  findForeignCells(notebook, steps).map(({ cell, message }) => `Cell ${cell + 1}: ${message}`);

/** The notebook itself did not get to its end: a cell stopped it, or whoever asked. */
function endedAt(
  { cells, stopped }: Reference,
  analysis: NotebookAnalysis,
  work: WorkFolder
): Omit<Proved, 'notebook'> {
  return {
    overlay: emptyOverlay(),
    analysis,
    result: {
      equal: false,
      cells: cells.length,
      equalCells: 0,
      closeCells: 0,
      volatile: [],
      notCompared: [],
      values: { equal: 0, close: 0, different: 0, volatile: 0, unknown: 0 },
      repairs: [],
      steps: 0,
      parallelism: 0,
      differences: [],
      raises: [],
      ...(stopped ? { stopped } : {}),
      notes: work.notes
    }
  };
}
