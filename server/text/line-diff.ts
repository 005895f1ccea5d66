// What changed between two texts, line by line.

/** Above this many pairs of lines a change is shown as one block gone and one block new. */
const PAIRS = 4_000_000;

/**
 * The lines of a unified diff without its headers: ` ` kept, `-` gone, `+` new. Empty when nothing differs.
 * @param context how many kept lines are shown around each change; all of them when not given
 */
export function diffLines(before: string, after: string, context = Infinity): string[] {
  if (before === after) return [];
  const [left, right] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const kept = (lines: string[]) => lines.map(line => ` ${line}`);
  const all = [
    ...kept(left.slice(0, start)),
    ...align(left.slice(start, left.length - end), right.slice(start, right.length - end)),
    ...kept(left.slice(left.length - end))
  ];
  if (context === Infinity) return all;
  const changed = all.flatMap((line, index) => (line.startsWith(' ') ? [] : [index]));
  return all.filter((_, index) => changed.some(at => Math.abs(at - index) <= context));
}

/** Every line of both texts once, by the longest common subsequence. */
function align(left: string[], right: string[]): string[] {
  if (left.length * right.length > PAIRS) {
    return [...left.map(line => `-${line}`), ...right.map(line => `+${line}`)];
  }
  const width = right.length + 1;
  const longest = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      longest[at] =
        left[i] === right[j]
          ? longest[at + width + 1]! + 1
          : Math.max(longest[at + width]!, longest[at + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const at = i * width + j;
    const isGone =
      i < left.length && (j === right.length || longest[at + width]! >= longest[at + 1]!);
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(` ${left[i++]}`);
      j += 1;
    } else lines.push(isGone ? `-${left[i++]}` : `+${right[j++]}`);
  }
  return lines;
}
