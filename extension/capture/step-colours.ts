// Which of eight colours a step's band has: by its place in the notebook, so that neighbours differ.
export const COLOURS = 8;

export function stepColours(steps: readonly string[]): Map<string, number> {
  const colours = new Map<string, number>();
  for (const step of steps) if (!colours.has(step)) colours.set(step, (colours.size % COLOURS) + 1);
  return colours;
}
