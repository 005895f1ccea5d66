// From what was not equal to what is changed before the next try: the least first, sharing one process last.
import type { Pipeline, Step } from '../contract/pipelines.ts';
import type { Repair } from '../contract/proof.ts';
import { apply } from './repair-apply.ts';
import { GENERATORS, isSetUp, lastWriter, type RepairParts } from './repair-facts.ts';
import { nextTry } from './repair-tries.ts';

/** @returns what was added to the overlay; nothing when there is nothing left to try. */
export function repair(parts: RepairParts): Repair[] {
  const { pipeline, verdict } = parts;
  const done: Repair[] = [];
  const add = (found: Repair | undefined) => {
    if (found && apply(parts, found)) done.push(found);
  };
  const lost = uncrossable(parts);
  for (const found of lost) add(found);
  const lostNames = new Set(lost.flatMap(({ names }) => names));
  const different = new Set(verdict.differences.map(({ cell }) => cell));
  const steps = pipeline.steps.filter(({ cells }) => cells.some(cell => different.has(cell)));
  // What comes later may be well once these are.
  const first = steps.filter(step => !needsAnyOf(step, steps, pipeline));
  for (const step of first)
    for (const found of missing(parts, step)) {
      if (!found.names.some(name => lostNames.has(name))) add(found);
    }
  if (done.length > 0) return done;
  for (const step of first) {
    const cell = step.cells.find(each => different.has(each))!;
    for (const found of nextTry(parts, step, cell)) add(found);
  }
  return done;
}

/** Values that cannot be stored, or not be read back. */
function uncrossable(parts: RepairParts): Repair[] {
  return [...parts.ended.values()].flatMap(({ plan: { step }, result }) => {
    if ('error' in result || !result.proof) return [];
    const stored = result.proof.unstorable.map(({ name, type, reason }) =>
      keepOrRemake(parts, step, name, type, reason)
    );
    const read = result.proof.unreadable.map(({ names, reason }) => {
      const maker = parts.pipeline.steps.find(each =>
        names.some(n => step.sources[n] === each.name)
      );
      return maker && keepOrRemake(parts, maker, names[0]!, 'value', reason);
    });
    return [...stored, ...read].filter(found => found !== undefined);
  });
}

/** Names that a cell did not find, and that it had in the notebook. */
function missing(parts: RepairParts, step: Step): Repair[] {
  const result = parts.ended.get(step.name)?.result;
  if (!result || 'error' in result || !result.proof) return [];
  return result.proof.cells.flatMap(({ cell, outputs }) => {
    const name = missingName(outputs.error);
    const theirs = parts.reference.get(cell)?.outputs.error?.value;
    if (name === undefined || outputs.error?.value === theirs) return [];
    return missingInput(parts, cell, name) ?? [];
  });
}

const missingName = (error: { name: string; value: string } | undefined) =>
  error && /^(?:NameError|UnboundLocalError|KeyError)$/.test(error.name)
    ? /^(?:name )?'(\w+)'/.exec(error.value)?.[1]
    : undefined;

function missingInput(parts: RepairParts, cell: number, name: string): Repair | undefined {
  const writer = lastWriter(parts, cell, name);
  if (writer === undefined) return undefined;
  const ran = parts.reference.get(writer)!;
  if (isSetUp(parts, ran))
    return {
      kind: 'again',
      cells: [writer],
      names: [name],
      reason: `Cell ${cell + 1} uses ${name}, and cell ${writer + 1} only imports and sets up`
    };
  const known = parts.analysis.edges.some(
    edge => edge.from === writer && edge.to === cell && edge.names.includes(name)
  );
  return {
    kind: known ? 'together' : 'input',
    cells: [writer, cell],
    names: [name],
    reason: known
      ? `${name} was not there although it is handed on`
      : `Cell ${cell + 1} uses ${name}, which cell ${writer + 1} wrote`
  };
}

/** A value that cannot cross: made again where that is possible, else its users join its maker. */
function keepOrRemake(
  parts: RepairParts,
  maker: Step,
  name: string,
  type: string,
  why: string
): Repair | undefined {
  const users = parts.pipeline.steps.filter(step => step.sources[name] === maker.name);
  if (users.length === 0) return undefined;
  const writers = maker.cells.filter(cell => parts.reference.get(cell)?.bound.includes(name));
  const cell = writers.at(-1) ?? maker.cells.at(-1)!;
  const what = `${name} (${type}) cannot be handed from process to process: ${why}`;
  if (canBeMadeAgain(parts, maker, cell, name))
    return { kind: 'again', cells: [cell], names: [name], reason: what };
  const readers = users.flatMap(step => step.cells[0]!);
  return { kind: 'together', cells: [cell, ...readers], names: [name], reason: what };
}

/** Quick, without inputs, quiet, and nobody changes what it makes. */
function canBeMadeAgain(parts: RepairParts, maker: Step, cell: number, name: string): boolean {
  if (maker.cells.length > 1 || Object.keys(maker.sources).length > 0) return false;
  const ran = parts.reference.get(cell);
  const end = parts.ended.get(maker.name)?.result;
  if (!ran || ran.seconds > 2 || ran.outputs.error || !end || 'error' in end) return false;
  if (end.files.writes.length > 0 || end.proof?.changed.some(kind => GENERATORS.has(kind)))
    return false;
  return !parts.analysis.cells.some(other => other.index > cell && other.outputs.includes(name));
}

function needsAnyOf(step: Step, others: Step[], pipeline: Pipeline): boolean {
  const names = new Set(others.map(({ name }) => name));
  const seen = new Set<string>();
  const waiting = [...step.needs];
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    if (seen.has(name)) continue;
    seen.add(name);
    if (names.has(name)) return true;
    waiting.push(...(pipeline.steps.find(each => each.name === name)?.needs ?? []));
  }
  return false;
}
