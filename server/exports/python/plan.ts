// A pipeline as Python modules need it, before any target's words: one function a step, with everything around it sorted out.
import type { Pipeline, Step } from '../../contract/pipelines.ts';
import type { ExportContext } from '../exporter.ts';
import { bodyOf } from './body.ts';
import { type Piece, readCodeCells } from './cells.ts';
import { nestedDefinitions, standingDefinitions } from './definitions.ts';
import { freeIdentifier, packageName } from './identifiers.ts';
import { tidy } from './layout.ts';
import { mentionedNames } from './names.ts';
import { type PlannedParameter, planParameters } from './parameters.ts';

export interface PlannedStep {
  /** As the notebook's author calls it. */
  name: string;
  /** Its function in the module of steps. */
  functionName: string;
  cells: number[];
  /** The markdown above it. */
  markdown: string;
  body: string;
  /** Values it takes in, each with the step that hands it on. */
  inputs: { name: string; from: string }[];
  params: PlannedParameter[];
  /** Values it gives back: those that later steps take, or all its results when none is taken. */
  returns: string[];
  /** Whether a later step takes any of them. */
  isTaken: boolean;
  /** Steps that must end before it without handing it a value. */
  after: string[];
}

export interface Plan {
  /** Name of the package, and of the pipeline at the target. */
  slug: string;
  /** The notebook's file. */
  file: string;
  imports: string[];
  definitions: string[];
  params: PlannedParameter[];
  steps: PlannedStep[];
  /** Top-level packages that the code imports. */
  modules: string[];
  notes: string[];
}

export function planPython(pipeline: Pipeline, context: ExportContext): Plan {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  const cells = readCodeCells(context.notebook, context.code, note);
  const params = planParameters(pipeline.parameters, note);
  const pieces = (kind: Piece['kind']) =>
    cells.flatMap(cell => cell.pieces.filter(piece => piece.kind === kind));
  const imports = pieces('import');
  const definitions = pieces('definition');
  const standing = standingDefinitions(cells, pipeline);
  const inSteps = new Set(pipeline.steps.flatMap(step => step.cells));
  // What a cell of imports or definitions does besides is done for every step.
  const setup = pieces('code').filter(
    ({ cell, source }) =>
      !inSteps.has(cell) && pipeline.prelude.some(part => part.cell === cell) && tidy(source) !== ''
  );
  const defined = new Set([...standing].flatMap(piece => piece.names));
  const taken = new Set([
    ...defined,
    ...imports.flatMap(each => each.names),
    ...params.map(each => each.name),
    'Any'
  ]);

  const steps = pipeline.steps.map((step): PlannedStep => {
    const own = cells.filter(cell => step.cells.includes(cell.index));
    const nested = nestedDefinitions(
      own,
      definitions.filter(piece => !standing.has(piece))
    );
    const inputs = step.inputs.flatMap(name => {
      const from = step.sources[name];
      return from === undefined || defined.has(name) ? [] : [{ name, from }];
    });
    const given = new Set([...inputs.map(each => each.name), ...step.params]);
    const body = bodyOf(own, { nested, standing, imports, given });
    const mentioned = mentionedNames(body);
    return {
      name: step.name,
      functionName: freeIdentifier(step.name, '_step', taken),
      cells: step.cells,
      markdown: own[0]?.markdown ?? '',
      body,
      inputs,
      params: params.filter(
        ({ name }) =>
          (step.params.includes(name) || mentioned.has(name)) &&
          !inputs.some(input => input.name === name)
      ),
      ...givenBack(step, pipeline, defined),
      after: step.needs.filter(name => !inputs.some(input => input.from === name))
    };
  });

  const sources = [...imports, ...standing, ...setup].map(each => each.source);
  const modules = context.code.importsOf([...sources, ...steps.map(each => each.body)].join('\n'));
  const builtins = steps.some(step => /^\w+ = builtins\./m.test(step.body))
    ? ['import builtins']
    : [];
  return {
    slug: packageName(pipeline.name, modules),
    file: context.file,
    imports: [...new Set([...builtins, ...imports.map(each => tidy(each.source))])],
    definitions: [...standing, ...setup]
      .sort((a, b) => a.cell - b.cell)
      .map(each => tidy(each.source)),
    params,
    steps,
    modules,
    notes
  };
}

function givenBack(
  step: Step,
  pipeline: Pipeline,
  defined: Set<string>
): Pick<PlannedStep, 'returns' | 'isTaken'> {
  const takers = pipeline.steps.map(each => Object.entries(each.sources));
  const taken = new Set(
    takers.flat().flatMap(([name, from]) => (from === step.name ? [name] : []))
  );
  const values = step.outputs.filter(name => !defined.has(name));
  const handedOn = values.filter(name => taken.has(name));
  if (handedOn.length > 0) return { returns: handedOn, isTaken: true };
  return { returns: values.filter(name => !name.startsWith('_')), isTaken: false };
}
