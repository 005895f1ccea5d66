// A small forest of regression trees: enough to ask which inputs a number depends on, also when they work together.

import { setImmediate as turn } from 'node:timers/promises';

export interface Forest {
  /** The mean of the trees. */
  predict(row: readonly number[]): number;
  /** For each row the mean of the trees that did not see it; nothing where all did. */
  heldBack: (number | undefined)[];
  /** Like `heldBack`, with the given column read in another row's place. */
  heldBackShuffled(column: number): Promise<(number | undefined)[]>;
}

interface Tree {
  root: Node;
  seen: Uint8Array;
}

type Node = { value: number } | { column: number; below: number; left: Node; right: Node };

export interface ForestOptions {
  trees?: number;
  depth?: number;
  leaf?: number;
  random: () => number;
}

/** A tree at a time, so that other requests are answered between. @param rows one number a column; @param targets finite. */
export async function growForest(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  { trees = 60, depth = 10, leaf = 2, random }: ForestOptions
): Promise<Forest> {
  const width = rows[0]?.length ?? 0;
  // A third of the columns at every fork, so that one strong column does not hide the others.
  const tried = Math.max(1, Math.ceil(width / 3));
  const grown: Tree[] = [];
  for (let tree = 0; tree < trees; tree += 1) {
    const seen = new Uint8Array(rows.length);
    const sample = Array.from(rows, () => {
      const row = Math.floor(random() * rows.length);
      seen[row] = 1;
      return row;
    });
    grown.push({ root: grow(sample, depth), seen });
    await turn();
  }

  function grow(sample: readonly number[], left: number): Node {
    const mean = sample.reduce((sum, row) => sum + targets[row]!, 0) / sample.length;
    if (left === 0 || sample.length < leaf * 2) return { value: mean };
    let best: { column: number; below: number; gain: number } | undefined;
    for (const column of chooseColumns()) {
      const fork = bestFork(sample, column);
      if (fork && (!best || fork.gain > best.gain)) best = { column, ...fork };
    }
    if (!best) return { value: mean };
    const { column, below } = best;
    const [low, high] = [[] as number[], [] as number[]];
    for (const row of sample) (rows[row]![column]! < below ? low : high).push(row);
    return { column, below, left: grow(low, left - 1), right: grow(high, left - 1) };
  }

  function chooseColumns(): number[] {
    const columns = Array.from({ length: width }, (_, column) => column);
    return shuffle(columns, random).slice(0, tried);
  }

  /** Where the squares on both sides sum to the least: nothing when one value is all there is. */
  function bestFork(sample: readonly number[], column: number) {
    const sorted = [...sample].sort((a, b) => rows[a]![column]! - rows[b]![column]!);
    const total = sorted.reduce((sum, row) => sum + targets[row]!, 0);
    let sum = 0;
    let best: { below: number; gain: number } | undefined;
    for (let at = 1; at < sorted.length; at += 1) {
      sum += targets[sorted[at - 1]!]!;
      const [before, after] = [rows[sorted[at - 1]!]![column]!, rows[sorted[at]!]![column]!];
      const rest = sorted.length - at;
      if (before === after || at < leaf || rest < leaf) continue;
      const gain = sum ** 2 / at + (total - sum) ** 2 / rest - total ** 2 / sorted.length;
      if (gain > 1e-12 && (!best || gain > best.gain)) best = { below: (before + after) / 2, gain };
    }
    return best;
  }

  const heldBackWith = (read: (row: number, column: number) => number) =>
    rows.map((_, row) => {
      const unseen = grown.filter(({ seen }) => !seen[row]);
      if (unseen.length === 0) return undefined;
      return (
        unseen.reduce((sum, { root }) => sum + follow(root, column => read(row, column)), 0) /
        unseen.length
      );
    });

  return {
    predict: row =>
      grown.reduce((sum, { root }) => sum + follow(root, column => row[column]!), 0) / trees,
    heldBack: heldBackWith((row, column) => rows[row]![column]!),
    async heldBackShuffled(shuffled) {
      await turn();
      const other = shuffle(
        Array.from(rows, (_, row) => row),
        random
      );
      return heldBackWith((row, column) => rows[column === shuffled ? other[row]! : row]![column]!);
    }
  };
}

function follow(root: Node, read: (column: number) => number): number {
  let node = root;
  while ('left' in node) node = read(node.column) < node.below ? node.left : node.right;
  return node.value;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items;
}

/** The same numbers every time: two people who look see the same chart. */
export function createRandom(seed = 1): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
