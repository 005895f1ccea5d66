// What repairs are decided by.
import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { Repair } from '../contract/proof.ts';
import type { Overlay } from './overlay.ts';
import type { RanCell } from './reference.ts';
import type { StepEnd } from './replay.ts';
import type { Verdict } from './verdict.ts';

export interface RepairParts {
  overlay: Overlay;
  analysis: NotebookAnalysis;
  pipeline: Pipeline;
  reference: Map<number, RanCell>;
  sources: Map<number, string>;
  ended: Map<string, StepEnd>;
  verdict: Verdict;
  /** How often each cell has been tried to repair. */
  tries: Map<number, { next: number; added: Repair[] }>;
}

export const GENERATORS = new Set(['random', 'numpy.random', 'torch']);

export function lastWriter(
  { reference }: RepairParts,
  cell: number,
  name: string
): number | undefined {
  return [...reference.values()].findLast(ran => ran.cell < cell && ran.bound.includes(name))?.cell;
}

/** Makes no value, shows nothing, takes nothing in: running it in every step is what running it once was. */
export function isSetUp(
  { analysis, reference }: RepairParts,
  { cell, outputs, state }: RanCell
): boolean {
  const facts = analysis.cells.find(({ index }) => index === cell);
  const isQuiet = outputs.stdout === '' && outputs.displays.length === 0 && !outputs.error;
  const seconds = reference.get(cell)?.seconds ?? 0;
  return (
    isQuiet &&
    seconds < 20 &&
    facts?.role === 'code' &&
    facts.inputs.length === 0 &&
    facts.outputs.length === 0 &&
    !state.some(kind => GENERATORS.has(kind) || kind === 'cwd')
  );
}

export const STATE_WORDS: Record<string, string> = {
  random: "Python's random numbers",
  'numpy.random': "numpy's random numbers",
  'numpy.print': 'how numpy prints',
  'numpy.errors': 'how numpy treats errors',
  'matplotlib.colors': "matplotlib's colours",
  attributes: 'what hangs on imported modules',
  decimal: 'how decimal numbers are rounded',
  logging: 'what is logged',
  inline: 'the format of figures',
  precision: 'the precision that is shown',
  pandas: "pandas' options",
  matplotlib: "matplotlib's settings",
  warnings: 'which warnings are shown',
  environment: 'environment variables',
  cwd: 'the working folder',
  path: 'where modules are found'
};
