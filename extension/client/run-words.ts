// What the server says of runs, in words and marks, the same in every panel.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { MetricSummary, RunState, RunSummary } from '../../server/contract/tracking.ts';
import type { EntryProps } from '../ui/entry.tsx';
import { formatNumber, NOTHING } from '../ui/numbers.ts';

const MARKS: Record<RunState, string> = {
  running: 'live',
  scheduled: 'quiet',
  finished: 'good',
  failed: 'bad',
  killed: 'bad'
};

export function runStateWord(state: RunState, trans: TranslationBundle): string {
  const words: Record<RunState, string> = {
    running: trans.__('running'),
    scheduled: trans.__('scheduled'),
    finished: trans.__('finished'),
    failed: trans.__('failed'),
    killed: trans.__('stopped')
  };
  return words[state];
}

export const runMark = (state: RunState): string => MARKS[state];

/** The metric that most of these runs have; among equals the one that was logged most often, for it has a curve. */
export function shownMetric(runs: readonly Pick<RunSummary, 'metrics'>[]): string | undefined {
  const uses = new Map<string, { runs: number; values: number }>();
  for (const run of runs) {
    for (const { key, count } of run.metrics) {
      const use = uses.get(key) ?? { runs: 0, values: 0 };
      uses.set(key, { runs: use.runs + 1, values: use.values + count });
    }
  }
  const byUse = [...uses].sort(([, a], [, b]) => b.runs - a.runs || b.values - a.values);
  return byUse[0]?.[0];
}

/** A run as a row's parts; with `about` it has a second line. */
export function runEntry(
  run: RunSummary,
  metric: string | undefined,
  trans: TranslationBundle,
  about = false
): EntryProps {
  const shown: MetricSummary | undefined =
    run.metrics.find(({ key }) => key === metric) ?? run.metrics[0];
  const state = runStateWord(run.state, trans);
  return {
    mark: MARKS[run.state],
    state,
    name: run.name,
    curve: shown && { values: shown.spark, label: trans.__('%1 over time', shown.key) },
    value: shown ? formatNumber(shown.last) : NOTHING,
    valueTitle: shown?.key,
    time: run.startTime,
    detail: about ? [state, run.notebook?.split('/').pop()].filter(Boolean).join(' · ') : undefined,
    trans
  };
}
