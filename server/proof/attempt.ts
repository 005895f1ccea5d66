// One try of the pipeline with what the overlay adds: built, run step by step, held against the notebook.
import { join } from 'node:path';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import {
  type createWorkerPool,
  importsOf,
  type JobResult,
  planSteps
} from '../executor/service.ts';
import { buildPipeline, type Built } from '../pipelines/service.ts';
import type { Window } from './masks.ts';
import { lay, type Overlay } from './overlay.ts';
import type { ProveParts } from './prove-notebook.ts';
import { copyVariables, type RanCell } from './reference.ts';
import { replay, type StepEnd } from './replay.ts';
import { judge, type Verdict } from './verdict.ts';
import type { WorkFolder } from './work-folder.ts';

export interface Code {
  cell: number;
  source: string;
}

export interface AttemptParts extends ProveParts {
  /** What the source and one run say. */
  seen: NotebookAnalysis;
  code: Code[];
  work: WorkFolder;
  pool: ReturnType<typeof createWorkerPool>;
  /** What the kernel's runs showed. */
  references: Map<number, RanCell>[];
  volatile: number[];
  window(): Window;
}

export interface Attempt {
  overlay: Overlay;
  built: Built;
  ended: Map<string, StepEnd>;
  verdict: Verdict;
}

export type Attempts = (overlay: Overlay, words: string) => Promise<Attempt>;

export function createAttempts(parts: AttemptParts): Attempts {
  const { analysis: service, environment, notebook, code, work, pool, references } = parts;
  const { limit, cancelled, onPhase } = parts;
  const counts = new Map(code.map(({ cell }, at) => [cell, at + 1]));
  const known = new Map<string, JobResult>();

  return async (overlay, words) => {
    const built = build(parts, overlay);
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
      values: join(work.own, 'values'),
      variables: copyVariables(work.own),
      limit,
      references,
      counts,
      known,
      loud: loudImports(built, references[0]!),
      cancelled,
      onStep: name =>
        onPhase(`The pipeline runs, ${words}: step ${++count} of ${plans.length}, ${name}`)
    });
    return {
      overlay,
      built,
      ended,
      verdict: judge(ended, references, parts.volatile, parts.window())
    };
  };
}

/** Cells whose imports say something: in a process that imported ahead they would be silent. */
function loudImports({ pipeline, analysis }: Built, reference: Map<number, RanCell>): Set<number> {
  const importing = pipeline.prelude.filter(({ kind }) => kind === 'imports');
  return new Set(
    importing
      .map(({ cell }) => cell)
      .filter(cell => {
        const { stdout = '', stderr = '' } = reference.get(cell)?.outputs ?? {};
        const role = analysis.cells.find(({ index }) => index === cell)?.role;
        return stderr !== '' || (role === 'imports' && stdout !== '');
      })
  );
}

const INLINE = 'module://matplotlib_inline.backend_inline';

function build({ notebook, name, analysis: service, seen }: AttemptParts, overlay: Overlay): Built {
  const analysis = lay(overlay, seen);
  return buildPipeline(notebook, name, service, () => ({
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
