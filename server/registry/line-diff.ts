// What changed between two texts, line by line.

const CONTEXT = 2;

/** Lines with their sign (`+`, `-`, space): every change, and two lines around it. Empty when the texts are the same. */
export function diffLines(before: string, after: string): string[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const all = align(left, right);
  const changed = all.flatMap((line, index) => (line.startsWith(' ') ? [] : [index]));
  return all.filter((_line, index) => changed.some(at => Math.abs(at - index) <= CONTEXT));
}

/** Every line of both texts once, by the longest common subsequence. */
function align(left: string[], right: string[]): string[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      lengths[at] =
        left[i] === right[j]
          ? lengths[at + width + 1]! + 1
          : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const at = i * width + j;
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(` ${left[i++]}`);
      j += 1;
    } else if (
      i < left.length &&
      (j === right.length || lengths[at + width]! >= lengths[at + 1]!)
    ) {
      lines.push(`-${left[i++]}`);
    } else {
      lines.push(`+${right[j++]}`);
    }
  }
  return lines;
}
