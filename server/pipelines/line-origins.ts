// Of every line of a text the version it is from, as one number a line.
import { diffLines } from '../text/line-diff.ts';

/** @param origins of the lines of `before`; nothing where the text is new */
export function followLines(
  origins: readonly number[] | undefined,
  before: string | undefined,
  after: string,
  number: number
): number[] {
  if (!origins || before === undefined) return after.split('\n').map(() => number);
  if (before === after) return [...origins];
  let at = 0;
  return diffLines(before, after).flatMap(line => {
    if (line.startsWith('+')) return [number];
    const from = origins[at++]!;
    return line.startsWith('-') ? [] : [from];
  });
}

/** `3*2 1*5`: two lines of the third version, then five of the first. */
export function writeOrigins(origins: readonly number[]): string {
  const runs: [number: number, lines: number][] = [];
  for (const origin of origins) {
    const last = runs.at(-1);
    if (last?.[0] === origin) last[1] += 1;
    else runs.push([origin, 1]);
  }
  return runs.map(run => run.join('*')).join(' ');
}

export function readOrigins(text: string): number[] {
  return text.split(' ').flatMap(run => {
    const [number, lines] = run.split('*').map(Number);
    return Array<number>(lines!).fill(number!);
  });
}
