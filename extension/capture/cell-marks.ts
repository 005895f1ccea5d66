// What each cell shows of its step, how it stands, and its last execution: pure, from the notebook's state.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellStanding, Standing } from '../../server/contract/cells.ts';
import type { PipelineRun } from '../../server/contract/executor.ts';
import type { NotebookSteps } from '../../server/contract/pipelines.ts';
import type { CellExecution, MetricSummary } from '../../server/contract/tracking.ts';
import { isOfKernel, standingWord } from '../client/standing-words.ts';
import { formatDuration, formatNumber } from '../ui/numbers.ts';
import { stepColours } from './step-colours.ts';

/** A cell as far as marks need it. */
export interface MarkedCell {
  id: string;
  /** Set in its metadata; cells without one show no band. */
  step: string | undefined;
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

export function cellMarks(
  cells: readonly MarkedCell[],
  steps: NotebookSteps | undefined,
  run: PipelineRun | undefined,
  trans: TranslationBundle,
  standings: Readonly<Record<string, Standing>> = {}
): Map<string, CellMark> {
  const colours = stepColours(cells.flatMap(({ step }) => step ?? []));
  const marks = new Map<string, CellMark>();
  let before: string | undefined;
  for (const { id, step } of cells) {
    if (step !== undefined) {
      const state =
        step === before ? undefined : stepState(step, steps, run, trans, standings[step]);
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
  standing: Standing | undefined
): { state: string; word: string } {
  const stepRun = run?.steps.find(one => one.step === step);
  if (run?.state === 'running' && stepRun?.state === 'running')
    return { state: 'running', word: trans.__('running') };
  const stored = steps?.states[step];
  if (isOfKernel(standing))
    return { state: standing.state, word: standingWord(standing.state, undefined, trans) };
  if (stored === 'edited' || standing?.state === 'edited') {
    const since = stored === 'edited' ? steps?.latest?.version : undefined;
    return { state: 'edited', word: standingWord('edited', since, trans) };
  }
  if (stepRun?.state === 'failed') return { state: 'failed', word: trans.__('failed') };
  return { state: stored ?? 'new', word: '' };
}

/** The sign in the margin of a cell: its shape says the state, its label and tooltip the reason. */
export interface Sign {
  state: CellStanding['state'] | 'open';
  label: string;
}

export function cellSign(
  { index, state, reason, missing, ambiguities }: CellStanding,
  version: string | undefined,
  trans: TranslationBundle
): Sign | undefined {
  const open = [
    ...missing.map(({ message }) => message),
    ...ambiguities
      .filter(({ chosen }) => chosen === undefined)
      .map(({ name }) => trans.__('It is not certain which cell gives %1.', name))
  ];
  const isCalm = state === 'new' || state === 'captured';
  if (isCalm && open.length > 0)
    return { state: 'open', label: [trans.__('Cell %1', index + 1), ...open].join('\n') };
  if (state === 'new') return undefined;
  const word = standingWord(state, sinceVersion(reason, version), trans);
  return {
    state,
    label: [`${trans.__('Cell %1', index + 1)}: ${word}`, ...(reason ? [reason] : [])].join('\n')
  };
}

/** The version, where that is what it was edited since. */
export const sinceVersion = (
  reason: string | undefined,
  version: string | undefined
): string | undefined =>
  version !== undefined && reason?.includes(`since ${version}`) ? version : undefined;

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
