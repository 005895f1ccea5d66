// The rows of the notebook's step list, from what is stored and what runs: pure.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PipelineRun, StepRun } from '../../server/contract/executor.ts';
import type { NotebookSteps, Step } from '../../server/contract/pipelines.ts';

export interface StepRow {
  step: Step;
  /** Steps it comes from, without those another parent already stands for. */
  parents: string[];
  mark: 'captured' | 'edited' | 'new' | StepRun['state'];
  word: string;
  reason: string;
  /** Milliseconds. */
  duration: number | undefined;
  run: StepRun | undefined;
}

export function stepRows(
  steps: NotebookSteps,
  run: PipelineRun | undefined,
  trans: TranslationBundle
): StepRow[] {
  const runs = new Map(run?.steps.map(step => [step.step, step]));
  const parents = directParents(steps.pipeline.steps);
  return steps.pipeline.steps.map(step => {
    const stepRun = runs.get(step.name);
    const stored = steps.states[step.name] ?? 'new';
    const mark = shownMark(stored, stepRun, run);
    return {
      step,
      parents: parents.get(step.name) ?? [],
      mark,
      word: markWord(mark, steps.latest?.version, trans),
      reason: stepRun?.reason ?? '',
      duration:
        stepRun?.startTime !== undefined &&
        stepRun.endTime !== undefined &&
        stepRun.state !== 'cached'
          ? stepRun.endTime - stepRun.startTime
          : undefined,
      run: stepRun
    };
  });
}

/** While a pipeline runs its word counts; afterwards an edit counts more than how the last run went. */
function shownMark(
  stored: 'captured' | 'edited' | 'new',
  stepRun: StepRun | undefined,
  run: PipelineRun | undefined
): StepRow['mark'] {
  if (stepRun && run?.state === 'running') return stepRun.state;
  if (stored === 'edited' || !stepRun) return stored;
  return stepRun.state === 'skipped' || stepRun.state === 'waiting' ? stored : stepRun.state;
}

function markWord(
  mark: StepRow['mark'],
  version: string | undefined,
  trans: TranslationBundle
): string {
  const words: Record<StepRow['mark'], string> = {
    captured: '',
    edited: version ? trans.__('edited since %1', version) : trans.__('edited'),
    new: version ? trans.__('new') : '',
    waiting: trans.__('waiting'),
    running: trans.__('running'),
    done: trans.__('done'),
    cached: trans.__('cached'),
    failed: trans.__('failed'),
    skipped: trans.__('skipped'),
    cancelled: trans.__('cancelled')
  };
  return words[mark];
}

/** Parents that are not also an ancestor of another parent: the fewest lines that say the same order. */
export function directParents(steps: readonly Step[]): Map<string, string[]> {
  const all = new Map(
    steps.map(step => [step.name, [...new Set([...step.needs, ...Object.values(step.sources)])]])
  );
  const ancestors = new Map<string, Set<string>>();
  const ancestorsOf = (name: string): Set<string> => {
    const known = ancestors.get(name);
    if (known) return known;
    const found = new Set<string>();
    ancestors.set(name, found);
    for (const parent of all.get(name) ?? []) {
      found.add(parent);
      for (const above of ancestorsOf(parent)) found.add(above);
    }
    return found;
  };
  return new Map(
    [...all].map(([name, parents]) => [
      name,
      parents.filter(
        parent => !parents.some(other => other !== parent && ancestorsOf(other).has(parent))
      )
    ])
  );
}
