// The proof itself: the notebook twice, its pipeline in another order, what differs repaired, until it is equal or cannot be.
import { join } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import { analyzeWithEvidence } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Difference, Proof, Repair } from '../contract/proof.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { createWorkerPool, importsOf, type JobResult, planSteps } from '../executor/service.ts';
import { buildPipeline, type Built } from '../pipelines/service.ts';
import { emptyOverlay, lay, type Overlay } from './overlay.ts';
import { copyVariables, type Reference, type RanCell, runInKernel } from './reference.ts';
import { apply } from './repair-apply.ts';
import type { RepairParts } from './repair-facts.ts';
import { repair } from './repair.ts';
import { isTooLate, parallelismOf, replay } from './replay.ts';
import { findVolatile, judge, type Verdict } from './verdict.ts';
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
const MOST_DIFFERENCES = 20;

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

interface Code {
  cell: number;
  source: string;
}

async function proveIn(
  parts: ProveParts,
  code: Code[],
  work: WorkFolder,
  pool: ReturnType<typeof createWorkerPool>
): Promise<Proved> {
  const {
    analysis: service,
    environment,
    python,
    bridge,
    notebook,
    limit,
    cancelled,
    onPhase
  } = parts;
  const from = Date.now();
  const window = () => ({ from, to: Date.now() });
  const values = join(work.own, 'values');
  const statically = service.analyze(notebook);
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
  if (first.stopped) return { ...stoppedAt(first.stopped, first, statically, work), notebook };
  work.reset();
  const seconds = first.cells.reduce((sum, ran) => sum + ran.seconds, 0);
  const seen = await gather(parts, work, seconds);
  work.reset();
  const second = await runNotebook(true, 'for the second time');
  if (second.stopped) return { ...stoppedAt(second.stopped, second, statically, work), notebook };

  const references = [first, second].map(({ cells }) => new Map(cells.map(ran => [ran.cell, ran])));
  const reference = references[0]!;
  const volatile = findVolatile(reference, references[1]!, window());
  const counts = new Map(code.map(({ cell }, at) => [cell, at + 1]));
  const sources = new Map(code.map(({ cell, source }) => [cell, source]));
  const overlay = emptyOverlay();
  const tries: RepairParts['tries'] = new Map();
  const known = new Map<string, JobResult>();

  for (let round = 1; ; round++) {
    const built = build(parts, seen, overlay);
    work.reset();
    const plans = planSteps(
      {
        pipeline: withCellsBesideSteps(built, code),
        notebook,
        analysis: built.analysis,
        params: {},
        environment: '',
        folder: work.folder,
        shows: true
      },
      service
    );
    const { workers } = pool.take({
      environment: { ...environment, variables: { ...environment.variables, MPLBACKEND: INLINE } },
      environmentId: '',
      folder: work.folder,
      imports: environment.language === 'python' ? importsOf(built.pipeline, service) : '',
      proof: true
    });
    let count = 0;
    const ended = await replay({
      plans,
      workers,
      folder: work.folder,
      values,
      variables: copyVariables(work.own),
      limit,
      references,
      counts,
      known,
      cancelled,
      onStep: name =>
        onPhase(`The pipeline runs, attempt ${round}: step ${++count} of ${plans.length}, ${name}`)
    });
    const verdict = judge(ended, reference, volatile, window());
    const isLast =
      round >= ROUNDS ||
      built.pipeline.steps.length < 2 ||
      cancelled.aborted ||
      [...ended.values()].some(isTooLate);
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
    const isStuck = found.length === 0 && verdict.differences.length > 0 && !isLast;
    if (isStuck || (found.length > 0 && round === ROUNDS - 1))
      apply({ overlay, pipeline: built.pipeline }, everythingTogether(built));
    if (isStuck || found.length > 0) continue;
    return {
      overlay,
      analysis: built.analysis,
      notebook,
      result: resultOf(verdict, built, overlay, reference, work)
    };
  }
}

const INLINE = 'module://matplotlib_inline.backend_inline';

/** What each cell did when the notebook ran with everybody watching. */
async function gather(
  { analysis, notebook, environment, bridge, folder, limit, onPhase }: ProveParts,
  work: WorkFolder,
  seconds: number
): Promise<NotebookAnalysis> {
  onPhase('The notebook runs and is watched');
  return analyzeWithEvidence(analysis, notebook, {
    environment,
    folder,
    bridge,
    limit: Math.max(limit, seconds * 10 + 60),
    copy: work.folder
  });
}

function build(parts: ProveParts, seen: NotebookAnalysis, overlay: Overlay): Built {
  const analysis = lay(overlay, seen);
  return buildPipeline(parts.notebook, parts.name, parts.analysis, () => ({
    analysis,
    together: overlay.together
  }));
}

/** Imports, definitions and parameters are in every step; each also runs alone once, for what it shows. */
function withCellsBesideSteps({ pipeline, analysis }: Built, code: Code[]): Built['pipeline'] {
  const inSteps = new Set(pipeline.steps.flatMap(({ cells }) => cells));
  const outside = new Set(
    analysis.cells
      .filter(({ role }) => pipeline.named === false || role !== 'code')
      .map(({ index }) => index)
  );
  const beside = code.filter(({ cell }) => !inSteps.has(cell) && outside.has(cell));
  return {
    ...pipeline,
    steps: [
      ...pipeline.steps,
      ...beside.map(({ cell, source }) => ({
        name: `cell ${cell + 1}`,
        cells: [cell],
        source,
        inputs: [],
        outputs: [],
        params: [],
        sources: {},
        needs: []
      }))
    ]
  };
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
  verdict: Verdict,
  { pipeline }: Built,
  overlay: Overlay,
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
    notes: work.notes
  };
}

function stoppedAt(
  stopped: NonNullable<Reference['stopped']>,
  { cells }: Reference,
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
      values: { equal: 0, close: 0, different: 0, volatile: 0, unknown: 0 },
      repairs: [],
      steps: 0,
      parallelism: 0,
      differences: [],
      raises: [],
      stopped,
      notes: work.notes
    }
  };
}
