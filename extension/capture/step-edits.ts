// Edits of a notebook's steps as what they do to its cells: pure, so that every way to make one (command, key, mouse) does the same.

/** A cell as far as edits need it, in notebook order. */
export interface EditedCell {
  code: boolean;
  step: string | undefined;
}

/** Index -> its step from now on; undefined takes it out of its step. */
export type StepChanges = Map<number, string | undefined>;

const codeAt = (cells: readonly EditedCell[], from: number, to: number): number[] =>
  cells.flatMap((cell, at) => (at >= from && at < to && cell.code ? [at] : []));

const cellsOf = (cells: readonly EditedCell[], step: string): number[] =>
  cells.flatMap((cell, at) => (cell.code && cell.step === step ? [at] : []));

/** The step of the nearest cell above that has one. */
export function stepAbove(cells: readonly EditedCell[], at: number): string | undefined {
  return cells.slice(0, at).findLast(({ code, step }) => code && step !== undefined)?.step;
}

export function renamed(cells: readonly EditedCell[], step: string, name: string): StepChanges {
  return new Map(cellsOf(cells, step).map(at => [at, name]));
}

/** From this cell on, the step is another one. */
export function split(cells: readonly EditedCell[], at: number, name: string): StepChanges {
  const step = cells[at]?.step;
  if (step === undefined) return new Map();
  return new Map(
    cellsOf(cells, step)
      .filter(index => index >= at)
      .map(index => [index, name])
  );
}

/** The whole step becomes part of the one above it; cells between them that have none come along. */
export function mergedUp(cells: readonly EditedCell[], step: string): StepChanges {
  const own = cellsOf(cells, step);
  const above = own[0] === undefined ? undefined : stepAbove(cells, own[0]);
  if (above === undefined) return new Map();
  const first = cellsOf(cells, above).at(-1)! + 1;
  return new Map(codeAt(cells, first, own.at(-1)! + 1).map(at => [at, above]));
}

/** The step begins at another cell: what it leaves goes to the step above, what it reaches comes to it. */
export function borderMoved(cells: readonly EditedCell[], step: string, to: number): StepChanges {
  const own = cellsOf(cells, step);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined || to > last) return new Map();
  if (to < first) return new Map(codeAt(cells, to, first).map(at => [at, step]));
  const above = stepAbove(cells, first);
  return new Map(codeAt(cells, first, to).map(at => [at, above]));
}

/** The border one code cell up or down. */
export function borderNudged(cells: readonly EditedCell[], step: string, by: -1 | 1): StepChanges {
  const first = cellsOf(cells, step)[0];
  if (first === undefined) return new Map();
  const code = codeAt(cells, 0, cells.length);
  const to = code[code.indexOf(first) + by];
  return to === undefined ? new Map() : borderMoved(cells, step, to);
}

export interface Move {
  /** First of the cells that move, and how many. */
  from: number;
  count: number;
  /** Where the first one is afterwards. */
  to: number;
}

/** The step before or behind its neighbour, with the text right above each; nothing where it is the first or last one. */
export function stepMoved(
  cells: readonly EditedCell[],
  step: string,
  by: -1 | 1
): Move | undefined {
  const order = [...new Set(cells.flatMap(cell => (cell.code ? (cell.step ?? []) : [])))];
  const at = order.indexOf(step);
  const other = order[at + by];
  if (at < 0 || other === undefined) return undefined;
  const [upper, lower] = by < 0 ? [other, step] : [step, other];
  const begin = withTextAbove(cells, cellsOf(cells, upper)[0]!);
  const middle = withTextAbove(cells, cellsOf(cells, lower)[0]!);
  const end = cellsOf(cells, lower).at(-1)! + 1;
  return by < 0
    ? { from: middle, count: end - middle, to: begin }
    : { from: begin, count: middle - begin, to: end - (middle - begin) };
}

function withTextAbove(cells: readonly EditedCell[], at: number): number {
  let first = at;
  while (first > 0 && !cells[first - 1]!.code) first -= 1;
  return first;
}
