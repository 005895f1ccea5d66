// What a version is, apart from how it is written: comments, formatting, text and outputs have no part in it.
import { createHash } from 'node:crypto';
import type { AnalysisService } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import { preludeOf, reachedParts } from './prelude.ts';

type Normalise = Pick<AnalysisService, 'normalise'>;

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Of a step: its code with the imports and definitions it reaches, and what goes in and out. */
export function stepContentId(
  step: Step,
  pipeline: Pipeline,
  analysis: NotebookAnalysis,
  { normalise }: Normalise
): string {
  const { language } = pipeline;
  const replicated = analysis.cells
    .filter(({ index }) => step.cells.includes(index))
    .flatMap(cell => cell.replicated);
  const parts = reachedParts(preludeOf(pipeline, step.cells), replicated, analysis);
  return digestOf([
    language,
    normalise(step.source, language),
    parts.map(({ source }) => normalise(source, language)),
    step.inputs,
    step.outputs,
    step.params
  ]);
}

export function pipelineContentId(
  pipeline: Pipeline,
  steps: Record<string, string>,
  lock: { language: string; packages: string[] }
): string {
  return digestOf([
    pipeline.language,
    pipeline.steps.map(({ name, needs }) => [name, steps[name], needs]),
    pipeline.parameters.map(({ name, type, source }) => [name, type, source.trim()]),
    lock.language,
    lock.packages
  ]);
}
