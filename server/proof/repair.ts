// From what was not equal to what is changed before the next try: the least first, sharing one process last.
import type { Edge, NotebookAnalysis } from '../contract/analysis.ts';
import type { Repair } from '../contract/proof.ts';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import type { Overlay } from './overlay.ts';
import type { RanCell } from './reference.ts';
import type { StepEnd } from './replay.ts';
import type { Verdict } from './verdict.ts';

export interface RepairParts {
  overlay: Overlay;
  analysis: NotebookAnalysis;
  pipeline: Pipeline;
  reference: Map<number, RanCell>;
  sources: Map<number, string>;
  ended: Map<string, StepEnd>;
  verdict: Verdict;
  /** How often each cell has been tried to repair. */
  tries: Map<number, number>;
}

const GENERATORS = new Set(['random', 'numpy.random', 'torch']);

/** @returns what was added to the overlay; nothing when there is nothing left to try. */
export function repair(parts: RepairParts): Repair[] {
  const { pipeline, verdict } = parts;
  const done: Repair[] = [];
  const add = (found: Repair | undefined) => {
    if (found && apply(parts, found)) done.push(found);
  };
  for (const found of uncrossable(parts)) add(found);
  const different = new Set(verdict.differences.map(({ cell }) => cell));
  const steps = pipeline.steps.filter(({ cells }) => cells.some(cell => different.has(cell)));
  // What comes later may be well once these are.
  const first = steps.filter(step => !needsAnyOf(step, steps, pipeline));
  for (const step of first) for (const found of missing(parts, step)) add(found);
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

function lastWriter({ reference }: RepairParts, cell: number, name: string): number | undefined {
  return [...reference.values()].findLast(ran => ran.cell < cell && ran.bound.includes(name))?.cell;
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

/** One more thing for a cell that ran and was not equal. */
function nextTry(parts: RepairParts, step: Step, cell: number): Repair[] {
  const { tries } = parts;
  for (let next = tries.get(cell) ?? 0; next < TRIES.length; next++) {
    tries.set(cell, next + 1);
    const found = TRIES[next]!(parts, step, cell).filter(each => isNew(parts, each));
    if (found.length > 0) return found;
  }
  return [];
}

type Try = (parts: RepairParts, step: Step, cell: number) => Repair[];

const TRIES: Try[] = [
  (parts, step, cell) => [...hiddenState(parts, cell), ...mentionedNames(parts, step, cell)],
  (parts, step, cell) => joinWith(step, cell, nearest(parts, step)),
  (parts, step, cell) => joinWith(step, cell, ancestors(parts, step)),
  (parts, step, cell) =>
    joinWith(
      step,
      cell,
      parts.pipeline.steps.filter(other => other.cells[0]! < cell)
    )
];

function hiddenState(parts: RepairParts, cell: number): Repair[] {
  const { reference } = parts;
  const draws = new Set(reference.get(cell)?.state.filter(kind => GENERATORS.has(kind)));
  return [...reference.values()]
    .filter(ran => ran.cell < cell)
    .flatMap((ran): Repair[] => {
      const kinds = changedBy(parts, ran).filter(kind => !GENERATORS.has(kind) || draws.has(kind));
      if (kinds.length === 0) return [];
      if (isSetUp(parts, ran)) {
        const what = kinds.map(kind => WORDS[kind] ?? kind).join(', ');
        const reason = `It only imports and sets up (${what}), so each step does that for itself`;
        return [{ kind: 'again', cells: [ran.cell], names: [], reason }];
      }
      return [
        {
          kind: 'state',
          cells: [ran.cell, cell],
          names: kinds,
          reason: `Cell ${ran.cell + 1} changes ${kinds.map(kind => WORDS[kind] ?? kind).join(', ')}, which cell ${cell + 1} counts on`
        }
      ];
    });
}

/** By its step, where libraries were there before it began: their import is no change. */
function changedBy({ ended, pipeline }: RepairParts, { cell, state }: RanCell): string[] {
  const step = pipeline.steps.find(({ cells }) => cells.includes(cell));
  const result = step && ended.get(step.name)?.result;
  return result && !('error' in result) && result.proof ? result.proof.changed : state;
}

/** Makes no value, shows nothing, takes nothing in: running it in every step is what running it once was. */
function isSetUp({ analysis, reference }: RepairParts, { cell, outputs, state }: RanCell): boolean {
  const facts = analysis.cells.find(({ index }) => index === cell);
  const isQuiet = outputs.stdout === '' && outputs.displays.length === 0 && !outputs.error;
  const seconds = reference.get(cell)?.seconds ?? 0;
  return (
    isQuiet &&
    seconds < 20 &&
    facts?.role === 'code' &&
    facts.inputs.length === 0 &&
    facts.outputs.length === 0 &&
    !state.some(kind => GENERATORS.has(kind) || kind === 'cwd')
  );
}

const WORDS: Record<string, string> = {
  random: "Python's random numbers",
  'numpy.random': "numpy's random numbers",
  'numpy.print': 'how numpy prints',
  'numpy.errors': 'how numpy treats errors',
  'matplotlib.colors': "matplotlib's colours",
  attributes: 'what hangs on imported modules',
  decimal: 'how decimal numbers are rounded',
  logging: 'what is logged',
  inline: 'the format of figures',
  precision: 'the precision that is shown',
  pandas: "pandas' options",
  matplotlib: "matplotlib's settings",
  warnings: 'which warnings are shown',
  environment: 'environment variables',
  cwd: 'the working folder',
  path: 'where modules are found'
};

/** Whatever its text names and an earlier cell made: perhaps used by code that nobody can see through. */
function mentionedNames(parts: RepairParts, step: Step, cell: number): Repair[] {
  const words = new Set((parts.sources.get(cell) ?? '').match(/[^\W\d]\w*/gu) ?? []);
  const replicated = new Set(
    parts.analysis.cells.find(({ index }) => index === cell)?.replicated ?? []
  );
  return [...words].flatMap((name): Repair[] => {
    if (step.sources[name] !== undefined || replicated.has(name)) return [];
    const writer = lastWriter(parts, cell, name);
    if (writer === undefined || step.cells.includes(writer)) return [];
    return [
      {
        kind: 'input',
        cells: [writer, cell],
        names: [name],
        reason: `Cell ${cell + 1} names ${name}, which cell ${writer + 1} wrote`
      }
    ];
  });
}

function nearest({ pipeline }: RepairParts, step: Step): Step[] {
  const makers = pipeline.steps.filter(({ name }) => step.needs.includes(name));
  return makers.slice(-1);
}

function ancestors({ pipeline }: RepairParts, step: Step): Step[] {
  const found = new Set<Step>();
  const waiting = [step];
  while (waiting.length > 0) {
    const { needs } = waiting.pop()!;
    for (const other of pipeline.steps) {
      if (!needs.includes(other.name) || found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return [...found];
}

function joinWith(step: Step, cell: number, others: Step[]): Repair[] {
  const cells = others.filter(other => other !== step).map(other => other.cells[0]!);
  if (cells.length === 0) return [];
  return [
    {
      kind: 'together',
      cells: [...cells, cell].sort((a, b) => a - b),
      names: [],
      reason: `Cell ${cell + 1} gives something else in a process of its own: what it shares with the others cannot be handed on`
    }
  ];
}

function isNew({ overlay, pipeline }: RepairParts, { kind, cells, names }: Repair): boolean {
  if (kind === 'together') {
    const steps = new Set(
      cells.map(cell => pipeline.steps.find(step => step.cells.includes(cell))?.name)
    );
    steps.delete(undefined);
    return steps.size > 1;
  }
  if (kind === 'again') return !overlay.again.has(cells[0]!);
  const edge = kind === 'input' ? 'value' : 'state';
  return !overlay.edges.some(
    ({ from, to, kind: known, names: before }) =>
      from === cells[0] &&
      to === cells[1] &&
      known === edge &&
      names.every(name => before.includes(name))
  );
}

/** @returns whether it is something new */
function apply(parts: RepairParts, found: Repair): boolean {
  if (!isNew(parts, found)) return false;
  const { overlay } = parts;
  const { kind, cells, names, reason } = found;
  if (kind === 'together') overlay.together.push(cells);
  else if (kind === 'again') overlay.again.add(cells[0]!);
  else {
    const [from, to] = cells as [number, number];
    const isStep = parts.pipeline.steps.some(step => step.cells.includes(from));
    if (!isStep && kind === 'input') overlay.once.add(from);
    const edge: Edge = {
      from,
      to,
      kind: kind === 'input' ? 'value' : 'state',
      names,
      certainty: 'must',
      reason: { fromLine: 1, toLine: 1, text: `${reason}.` }
    };
    overlay.edges.push(edge);
  }
  return true;
}
