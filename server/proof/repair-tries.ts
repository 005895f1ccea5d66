// What is tried for a cell that ran and was not equal: one kind of thing after another.
import type { Repair } from '../contract/proof.ts';
import type { Step } from '../contract/pipelines.ts';
import { isNew, withdraw } from './repair-apply.ts';
import type { RanCell } from './reference.ts';
import { GENERATORS, isSetUp, lastWriter, type RepairParts, STATE_WORDS } from './repair-facts.ts';
import { isTooLate } from './watched-step.ts';

/** One more thing for a cell that ran and was not equal. */
export function nextTry(parts: RepairParts, step: Step, cell: number): Repair[] {
  const before = parts.tries.get(cell) ?? { next: 0, added: [] };
  // It did not help, or not alone.
  withdraw(parts, before.added);
  const end = parts.ended.get(step.name);
  const tries = end && isTooLate(end.result) ? TRIES_FOR_ENDLESS : TRIES;
  for (let { next } = before; next < tries.length; next++) {
    const found = tries[next]!(parts, step, cell).filter(each => isNew(parts, each));
    if (found.length === 0) continue;
    parts.tries.set(cell, { next: next + 1, added: found });
    return found;
  }
  return [];
}

type Try = (parts: RepairParts, step: Step, cell: number) => Repair[];

const TRIES: Try[] = [
  (parts, _, cell) => hiddenState(parts, cell),
  mentionedNames,
  (parts, step, cell) => {
    const [state, names] = [hiddenState(parts, cell), mentionedNames(parts, step, cell)];
    return state.length > 0 && names.length > 0 ? [...state, ...names] : [];
  },
  (parts, step, cell) => joinWith(step, cell, nearest(parts, step)),
  (parts, step, cell) => joinWith(step, cell, ancestors(parts, step)),
  (parts, step, cell) => joinWith(step, cell, earlier(parts, cell))
];

/** Each costs the time that a cell may take, so that nothing is tried twice in smaller pieces. */
const TRIES_FOR_ENDLESS: Try[] = [
  (parts, step, cell) => [...hiddenState(parts, cell), ...mentionedNames(parts, step, cell)],
  (parts, step, cell) => joinWith(step, cell, earlier(parts, cell))
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
        const what = kinds.map(kind => STATE_WORDS[kind] ?? kind).join(', ');
        const reason = `It only imports and sets up (${what}), so each step does that for itself`;
        return [{ kind: 'again', cells: [ran.cell], names: [], reason }];
      }
      return [
        {
          kind: 'state',
          cells: [ran.cell, cell],
          names: kinds,
          reason: `Cell ${ran.cell + 1} changes ${kinds.map(kind => STATE_WORDS[kind] ?? kind).join(', ')}, which cell ${cell + 1} counts on`
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

const earlier = ({ pipeline }: RepairParts, cell: number): Step[] =>
  pipeline.steps.filter(other => other.cells[0]! < cell);

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
