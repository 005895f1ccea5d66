// What each cell shows of its step and of its last execution: pure, from the notebook's state.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PipelineRun } from '../../server/contract/executor.ts';
import type { NotebookSteps, Step } from '../../server/contract/pipelines.ts';
import type { CellExecution, MetricSummary } from '../../server/contract/tracking.ts';
import { formatDuration, formatNumber } from '../ui/numbers.ts';
import { stepColours } from './step-colours.ts';

/** A cell as far as marks need it. */
export interface MarkedCell {
  id: string;
  /** Set in its metadata; cells without one show no band. */
  step: string | undefined;
  source: string;
}

export interface CellMark {
  step: string;
  colour: number;
  /** On the first cell of a run of cells of one step. */
  label: { text: string; state: string } | undefined;
}

export interface CellLine {
  text: string;
  failed: boolean;
  running: boolean;
  /** Of the metric that is being logged, or was. */
  curve: { key: string; values: readonly number[] } | undefined;
}

/** When the cells of each step last ran, by step; only of cells that are as they ran. */
export type LastRuns = ReadonlyMap<string, number>;

export function cellMarks(
  cells: readonly MarkedCell[],
  steps: NotebookSteps | undefined,
  run: PipelineRun | undefined,
  trans: TranslationBundle,
  ran: LastRuns = new Map()
): Map<string, CellMark> {
  const colours = stepColours(cells.flatMap(({ step }) => step ?? []));
  const marks = new Map<string, CellMark>();
  let before: string | undefined;
  for (const { id, step } of cells) {
    if (step !== undefined) {
      const state = step === before ? undefined : stepState(step, steps, run, trans, ran);
      marks.set(id, {
        step,
        colour: colours.get(step)!,
        label: state && { text: state.word ? `${step} · ${state.word}` : step, state: state.state }
      });
    }
    before = step;
  }
  return marks;
}

/** A word only where there is something to say: a captured step is named and no more. */
function stepState(
  step: string,
  steps: NotebookSteps | undefined,
  run: PipelineRun | undefined,
  trans: TranslationBundle,
  ran: LastRuns
): { state: string; word: string } {
  const stepRun = run?.steps.find(one => one.step === step);
  if (run?.state === 'running' && stepRun?.state === 'running')
    return { state: 'running', word: trans.__('running') };
  const stored = steps?.states[step];
  if (stored === 'edited') {
    const since = steps?.latest?.version;
    return {
      state: 'edited',
      word: since ? trans.__('edited since %1', since) : trans.__('edited')
    };
  }
  if (stepRun?.state === 'failed') return { state: 'failed', word: trans.__('failed') };
  const later = ranLater(step, steps, ran);
  if (later !== undefined)
    return { state: 'order', word: trans.__('run before %1 was run again', later) };
  const changed = stored === 'captured' ? changedAbove(step, steps) : undefined;
  if (changed !== undefined)
    return { state: 'upstream', word: trans.__('%1 above it changed', changed) };
  return { state: stored ?? 'new', word: '' };
}

const stepOf = (name: string, steps: NotebookSteps | undefined) =>
  steps?.pipeline.steps.find(step => step.name === name);

/** A step that this one takes from, and that ran after it: what this one has is not what it would get now. */
function ranLater(
  name: string,
  steps: NotebookSteps | undefined,
  ran: LastRuns
): string | undefined {
  const own = ran.get(name);
  if (own === undefined) return undefined;
  return stepOf(name, steps)?.needs.find(need => (ran.get(need) ?? 0) > own);
}

/** The nearest step that it depends on, directly or not, and that was edited. */
function changedAbove(name: string, steps: NotebookSteps | undefined): string | undefined {
  const seen = new Set<string>();
  const waiting = [...(stepOf(name, steps)?.needs ?? [])];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (steps?.states[next] === 'edited') return next;
    waiting.push(...(stepOf(next, steps)?.needs ?? []));
  }
  return undefined;
}

/** `in flights, weather → out X, y` of the step that a cell belongs to. */
export function flowText({ inputs, outputs }: Step, trans: TranslationBundle): string {
  const names = (list: readonly string[]) => list.join(', ') || '–';
  return trans.__('in %1 → out %2', names(inputs), names(outputs));
}

/** Duration and logged metrics of the last execution; nothing when the cell was edited since, for it would not be true. */
export function executionLine(
  execution: CellExecution,
  source: string,
  metric: (key: string) => MetricSummary | undefined,
  trans: TranslationBundle
): CellLine | undefined {
  const running = execution.state === 'running';
  if (!running && execution.source !== source) return undefined;
  const metrics = execution.metrics.flatMap(key => metric(key) ?? []);
  const last = metrics.map(({ key, last, step, count }) =>
    count > 1
      ? trans.__('%1 %2, step %3', key, formatNumber(last), step)
      : `${key} ${formatNumber(last)}`
  );
  const changes = execution.changes.filter(({ shape }) => shape).slice(0, 3);
  const parts = [
    execution.endTime === undefined
      ? undefined
      : formatDuration(execution.endTime - execution.startTime),
    ...last.slice(0, 4),
    ...changes.map(({ name, shape }) => `${name} ${shape}`)
  ];
  const curve = metrics.find(({ spark }) => spark.length > 2);
  const text = parts.filter(Boolean).join(' · ');
  if (text === '' && !curve) return undefined;
  return {
    text,
    failed: execution.state === 'error',
    running,
    curve: curve && { key: curve.key, values: curve.spark }
  };
}
