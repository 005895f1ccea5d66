// Steps that somebody looks for: by name first, then by what they take and give: pure.
import type { StepRow } from './step-rows.ts';

export function stepsLike(rows: readonly StepRow[], text: string): string[] {
  const sought = text.trim().toLowerCase();
  if (sought === '') return [];
  const has = (word: string) => word.toLowerCase().includes(sought);
  const byName = rows.filter(({ step }) => has(step.name));
  const byValue = rows.filter(
    row => !byName.includes(row) && [...row.step.outputs, ...row.step.inputs].some(has)
  );
  return [...byName, ...byValue].map(({ step }) => step.name);
}
