// What the author has chosen stands against what one run did.
import type { Ambiguity } from '../contract/analysis.ts';

/** A writer that the author has ruled out for this cell and those below the one that asked. */
export function isRuledOut(
  { from, to, name }: { from: number; to: number; name?: string },
  ambiguities: Ambiguity[] = []
): boolean {
  return ambiguities.some(({ cell, name: asked, choices, chosen }) => {
    const meant = choices.find(({ choice }) => choice === chosen)?.writer;
    if (!meant || to < cell || from === meant.cell) return false;
    return (
      (name === undefined || name === asked) && choices.some(({ writer }) => writer?.cell === from)
    );
  });
}
