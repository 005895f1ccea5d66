// What a replay showed against what the kernel showed: cell by cell, value by value.
import type { Difference, NotCompared, Proof } from '../contract/proof.ts';
import { createErrorComparison } from './compare-errors.ts';
import { compareOutputs } from './compare-outputs.ts';
import type { Window } from './masks.ts';
import type { RanCell } from './reference.ts';
import type { StepEnd } from './replay.ts';

export interface Verdict {
  equalCells: number;
  closeCells: number;
  volatile: number[];
  values: Proof['values'];
  differences: Difference[];
  notCompared: NotCompared[];
}

/** Cells that show something else in a second run of the notebook itself. */
export function findVolatile(
  first: Map<number, RanCell>,
  second: Map<number, RanCell>,
  window: Window
): number[] {
  return [...first.values()]
    .filter(({ cell, outputs }) => {
      const again = second.get(cell);
      return !again || compareOutputs(outputs, again.outputs, window).verdict === 'different';
    })
    .map(({ cell }) => cell);
}

export function judge(
  ended: Map<string, StepEnd>,
  references: Map<number, RanCell>[],
  volatile: number[],
  window: Window
): Verdict {
  const reference = references[0]!;
  const compareErrors = createErrorComparison(references, window);
  const verdict: Verdict = {
    equalCells: 0,
    closeCells: 0,
    volatile,
    values: { equal: 0, close: 0, different: 0, volatile: 0, unknown: 0 },
    differences: [],
    notCompared: []
  };
  for (const { plan, result } of ended.values()) {
    const failed = 'error' in result || !result.proof;
    for (const cell of plan.step.cells) {
      const theirs = reference.get(cell);
      if (!theirs || volatile.includes(cell)) continue;
      const ours = failed ? undefined : result.proof!.cells.find(each => each.cell === cell);
      if (!ours) {
        const why = 'error' in result ? `${result.error.name}: ${result.error.value}` : '';
        verdict.differences.push({ cell, what: 'error', notebook: '', pipeline: why });
        continue;
      }
      const found = compareOutputs(theirs.outputs, ours.outputs, window);
      const errors = compareErrors(cell, ours.outputs);
      verdict.notCompared.push(...errors.notCompared.map(each => ({ cell, ...each })));
      const difference = found.difference ?? errors.difference;
      if (difference) verdict.differences.push({ cell, ...difference });
      else if (found.verdict === 'equal') verdict.equalCells++;
      else verdict.closeCells++;
    }
    if (failed) continue;
    const cell = plan.step.cells.at(-1)!;
    const crossing = new Set(
      plan.job.outputs.filter(({ needed }) => needed).map(({ name }) => name)
    );
    for (const { name, verdict: kind, place, pipeline, notebook } of result.proof!.compared) {
      if (!crossing.has(name)) continue;
      verdict.values[kind]++;
      if (kind !== 'different') continue;
      verdict.differences.push({
        cell,
        what: 'value',
        name,
        ...(place ? { place } : {}),
        notebook: notebook ?? '',
        pipeline: pipeline ?? ''
      });
    }
  }
  verdict.differences.sort((a, b) => a.cell - b.cell);
  return verdict;
}
