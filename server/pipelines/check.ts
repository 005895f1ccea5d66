// What is refused before anything is captured or run, with the cell, the line and what to do.
import type { Pipeline } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';

/** @throws invalid_code for the first thing in the pipeline that cannot work. */
export function requireSound(pipeline: Pipeline): void {
  const fault = pipeline.findings.find(finding => finding.severity === 'error');
  if (fault) {
    const { cell, line, remedy, message } = fault;
    throw problem('invalid_code', message, { cell, line, remedy });
  }
  if (pipeline.steps.length === 0) {
    throw problem('invalid_code', 'The notebook has no code cell that could be a step', {
      remedy: 'Add a code cell that computes something, or mark one as a step'
    });
  }
}
