// A pipeline made ready to run: per step the code to send and what of its key is known before anything has run.
import type { AnalysisService } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import {
  loadingLines,
  preludeOf,
  type PreludePart,
  reachedParts,
  usesExtensions
} from '../pipelines/service.ts';
import type { CodePart, Job } from './job.ts';
import { type GivenParam, paramText } from './params.ts';
import { compileCell } from './lazy-typescript-cell.ts';
import { digestOf, type StepParts } from './step-parts.ts';

export interface StepPlan {
  step: Step;
  job: Pick<Job, 'step' | 'shared' | 'definitions' | 'cells' | 'carries' | 'outputs' | 'users'>;
  known: Pick<StepParts, 'code' | 'shared' | 'params' | 'environment' | 'folder' | 'outputs'>;
  /** Steps whose hidden state it counts on, in notebook order. */
  stateFrom: string[];
}

export interface PlanParts {
  pipeline: Pipeline;
  notebook: Notebook;
  analysis: NotebookAnalysis;
  params: Record<string, GivenParam>;
  environment: string;
  folder: string;
  /** What the last line of a TypeScript cell is worth is shown, as in a notebook. */
  shows?: boolean;
}

type SourceTools = Pick<AnalysisService, 'normalise' | 'stripMagics'>;

export function planSteps(parts: PlanParts, tools: SourceTools): StepPlan[] {
  const { pipeline, notebook, analysis, params, environment, folder } = parts;
  const { language } = pipeline;
  const runnable = ({ cell, source, ...rest }: CodePart): CodePart =>
    language === 'python'
      ? { ...rest, cell, source: tools.stripMagics(source), written: source }
      : { ...rest, cell, source: compileCell(source, cell, parts.shows), written: source };
  const codeDigest = (sources: string[]) =>
    digestOf(
      sources.map(source => tools.normalise(source, language) + magicsOf(source, language, tools))
    );
  const cellOf = (index: number) => cellSource(notebook.cells[index]!);
  const cellFacts = new Map(analysis.cells.map(cell => [cell.index, cell]));

  return pipeline.steps.map((step): StepPlan => {
    const prelude = preludeOf(pipeline, step.cells);
    const used = step.cells.flatMap(cell => cellFacts.get(cell)?.replicated ?? []);
    const reached = reachedParts(prelude, used, analysis);
    const users = usersOf(pipeline, step);
    const first = Math.min(...step.cells);
    const extensions = language === 'python' ? extensionsFor(step, notebook, prelude) : [];
    const shared = sharedCode([...prelude, ...extensions], analysis, params, step, cellOf).map(
      runnable
    );
    const outputs = step.outputs.map(name => ({ name, needed: name in users }));
    return {
      step,
      job: {
        step: step.name,
        shared: shared.filter(({ cell }) => cell < first),
        definitions: definitionDigests(prelude, analysis, codeDigest),
        // What stands between its own cells runs there: it may define a name anew.
        cells: [
          ...step.cells.map(cell => runnable({ cell, source: cellOf(cell) })),
          ...shared.filter(({ cell }) => cell > first).map(part => ({ ...part, between: true }))
        ].sort((a, b) => a.cell - b.cell),
        carries: pipeline.edges.some(edge => edge.kind === 'state' && edge.from === step.name),
        outputs,
        users
      },
      known: {
        code: codeDigest(step.cells.map(cellOf)),
        shared: Object.fromEntries([
          ...reached.map(part => [part.names.join(', '), codeDigest([part.source])]),
          ...extensions.map(({ source }) => [source, ''])
        ]),
        params: Object.fromEntries(
          pipeline.parameters
            .filter(({ name }) => step.params.includes(name))
            .map(parameter => [parameter.name, paramText(parameter, params[parameter.name])])
        ),
        environment,
        folder,
        outputs: outputs.map(({ name, needed }) => (needed ? name : `${name}?`))
      },
      stateFrom: pipeline.steps
        .map(({ name }) => name)
        .filter(from =>
          pipeline.edges.some(
            edge => edge.kind === 'state' && edge.from === from && edge.to === step.name
          )
        )
    };
  });
}

function usersOf(pipeline: Pipeline, { name: producer }: Step): Record<string, string[]> {
  const users: Record<string, string[]> = {};
  for (const { name, sources } of pipeline.steps) {
    for (const [input, source] of Object.entries(sources)) {
      if (source === producer) (users[input] ??= []).push(name);
    }
  }
  return users;
}

/** Extensions are loaded where their magics are used, as imports are repeated. */
function extensionsFor(step: Step, notebook: Notebook, prelude: PreludePart[]) {
  if (!usesExtensions(step.source)) return [];
  const there = new Set([...step.cells, ...prelude.map(({ cell }) => cell)]);
  return loadingLines(notebook, Math.max(...step.cells)).filter(({ cell }) => !there.has(cell));
}

/** Imports, definitions and parameters, in the order of the notebook. */
function sharedCode(
  prelude: Pick<PreludePart, 'cell' | 'source'>[],
  analysis: NotebookAnalysis,
  params: Record<string, GivenParam>,
  step: Step,
  cellOf: (index: number) => string
): CodePart[] {
  const last = Math.max(...step.cells);
  const parameterCells = analysis.cells.filter(
    ({ role, index }) => role === 'parameters' && index < last
  );
  const parameters = parameterCells.map(({ index }): CodePart => {
    const here = analysis.parameters.filter(({ cell, name }) => cell === index && name in params);
    const overrides = Object.fromEntries(here.map(({ name }) => [name, params[name]!]));
    return { cell: index, source: cellOf(index), overrides };
  });
  const replicated = prelude.map(({ cell, source }): CodePart => ({ cell, source }));
  return [...replicated, ...parameters].sort((a, b) => a.cell - b.cell);
}

function definitionDigests(
  prelude: PreludePart[],
  analysis: NotebookAnalysis,
  codeDigest: (sources: string[]) => string
): Record<string, string> {
  const names = prelude.filter(part => part.kind === 'definitions').flatMap(part => part.names);
  return Object.fromEntries(
    names.map(name => [
      name,
      codeDigest(reachedParts(prelude, [name], analysis).map(part => part.source))
    ])
  );
}

/** Lines that only IPython understands in full: `%precision 3` becomes nothing in plain Python, and yet it counts. */
function magicsOf(source: string, language: Pipeline['language'], tools: SourceTools): string {
  if (language !== 'python') return '';
  const plain = tools.stripMagics(source);
  if (plain === source) return '';
  const lines = plain.split('\n');
  return source
    .split('\n')
    .filter((line, at) => line !== lines[at])
    .join('\n');
}

const IPYTHON = 'import IPython.core.interactiveshell, IPython.core.pylabtools';

/** What the workers of a pipeline may import ahead. */
export function importsOf({ prelude, steps }: Pipeline, { stripMagics }: SourceTools): string {
  const imports = prelude
    .filter(part => part.kind === 'imports')
    .map(part => stripMagics(part.source));
  const isPlain = ({ source }: { source: string }) => stripMagics(source) === source;
  return [...([...prelude, ...steps].every(isPlain) ? [] : [IPYTHON]), ...imports].join('\n');
}
