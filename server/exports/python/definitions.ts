// Where a notebook's functions and classes go: to the top of the module when they stand on their own, else into the steps that use them.
import type { Pipeline } from '../../contract/pipelines.ts';
import type { CodeCell, Piece } from './cells.ts';
import { mentionedNames, namesOf } from './names.ts';

/** Those defined once, for good, that read nothing which a step or a parameter binds. */
export function standingDefinitions(cells: CodeCell[], pipeline: Pipeline): Set<Piece> {
  const pieces = cells.flatMap(cell => cell.pieces);
  const definitions = pieces.filter(piece => piece.kind === 'definition');
  const rebound = new Set(
    pieces.flatMap(({ kind, source }) => (kind === 'code' ? [...namesOf(source).bound] : []))
  );
  const times = new Map<string, number>();
  for (const name of definitions.flatMap(each => each.names))
    times.set(name, (times.get(name) ?? 0) + 1);
  const values = new Set([
    ...pipeline.parameters.map(each => each.name),
    ...pipeline.steps.flatMap(step => [...step.inputs, ...step.outputs])
  ]);
  for (const name of times.keys()) values.delete(name);
  const reads = new Map(definitions.map(piece => [piece, [...namesOf(piece.source).free]]));
  const standing = new Set(
    definitions.filter(
      piece =>
        piece.names.every(name => times.get(name) === 1 && !rebound.has(name)) &&
        !reads.get(piece)!.some(name => values.has(name))
    )
  );
  // What uses a definition that stays inside of steps stays there with it.
  for (let before = -1; before !== standing.size;) {
    before = standing.size;
    const inside = new Set(
      definitions.filter(piece => !standing.has(piece)).flatMap(piece => piece.names)
    );
    for (const piece of standing)
      if (reads.get(piece)!.some(name => inside.has(name))) standing.delete(piece);
  }
  return standing;
}

/** Those of earlier cells that the cells use, directly or through one another; of two with one name the later. */
export function nestedDefinitions(cells: CodeCell[], candidates: Piece[]): Piece[] {
  const first = cells[0]?.index ?? 0;
  const latest = new Map<string, Piece>();
  for (const piece of candidates)
    if (piece.cell < first) for (const name of piece.names) latest.set(name, piece);
  const chosen = new Set<Piece>();
  const visit = (source: string) => {
    for (const name of mentionedNames(source)) {
      const found = latest.get(name);
      if (!found || chosen.has(found)) continue;
      chosen.add(found);
      visit(found.source);
    }
  };
  for (const cell of cells) for (const piece of cell.pieces) visit(piece.source);
  return candidates.filter(piece => chosen.has(piece));
}
