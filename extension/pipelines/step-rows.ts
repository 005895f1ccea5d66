// The rows of the notebook's step list, from what is stored and what runs: pure.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Standing } from '../../server/contract/cells.ts';
import type { PipelineRun, StepRun } from '../../server/contract/executor.ts';
import type { NotebookSteps, Step } from '../../server/contract/pipelines.ts';
import { isOfKernel, standingWord } from '../client/standing-words.ts';

export interface StepRow {
  step: Step;
  /** Steps it comes from, without those another parent already stands for. */
  parents: string[];
  mark: Standing['state'] | StepRun['state'];
  word: string;
  reason: string;
  /** Milliseconds. */
  duration: number | undefined;
  run: StepRun | undefined;
}

export function stepRows(
  steps: NotebookSteps,
  run: PipelineRun | undefined,
  trans: TranslationBundle,
  standings: Readonly<Record<string, Standing>> = {}
): StepRow[] {
  const runs = new Map(run?.steps.map(step => [step.step, step]));
  const parents = directParents(steps.pipeline.steps);
  return steps.pipeline.steps.map(step => {
    const stepRun = runs.get(step.name);
    const stored = steps.states[step.name] ?? 'new';
    const standing = standings[step.name];
    const mark = shownMark(stored, standing, stepRun, run);
    const version = stored === 'edited' ? steps.latest?.version : undefined;
    return {
      step,
      parents: parents.get(step.name) ?? [],
      mark,
      word: mark === 'new' && steps.latest ? trans.__('new') : markWord(mark, version, trans),
      reason: (mark === standing?.state ? standing.reason : stepRun?.reason) ?? '',
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

/** While a pipeline runs its word counts; then what the kernel holds, an edit, and how the last run went, in this order. */
function shownMark(
  stored: 'captured' | 'edited' | 'new',
  standing: Standing | undefined,
  stepRun: StepRun | undefined,
  run: PipelineRun | undefined
): StepRow['mark'] {
  if (stepRun && run?.state === 'running') return stepRun.state;
  if (isOfKernel(standing)) return standing.state;
  if (stored === 'edited' || standing?.state === 'edited') return 'edited';
  if (!stepRun || stepRun.state === 'waiting') return stored;
  return stepRun.state;
}

function markWord(
  mark: StepRow['mark'],
  version: string | undefined,
  trans: TranslationBundle
): string {
  const words: Partial<Record<StepRow['mark'], string>> = {
    // The dot beside it says it.
    captured: '',
    waiting: trans.__('waiting'),
    done: trans.__('done'),
    cached: trans.__('cached'),
    skipped: trans.__('skipped'),
    cancelled: trans.__('cancelled')
  };
  return words[mark] ?? standingWord(mark as Standing['state'], version, trans);
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
