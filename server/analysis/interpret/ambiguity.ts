// Names whose writer the source leaves open: written under a condition, or in two cells that know nothing of each other.
import type { Ambiguity, WriterChoice } from '../../contract/analysis.ts';
import { cellIntent, cellSource, type NotebookCell } from '../../contract/notebook.ts';
import { here, lineNow, type Machine } from './machine.ts';
import type { Binding, Writers } from './objects.ts';

/** The choice that leaves it to the run. */
export const AS_IT_RUNS = '*';

/** What a cell brings along to answer ambiguities: its text, and what its author has chosen. */
export interface CellChoices {
  source: string;
  step?: string;
  writers: Record<string, string>;
}

export function choicesIn(cell: NotebookCell): CellChoices {
  const { step, writers = {} } = cellIntent(cell);
  return { source: cellSource(cell), step, writers };
}

/** A value that nobody has used gives way to another one: perhaps the cells are alternatives. */
export function replace(m: Machine, old: Binding | undefined, by: Binding): void {
  if (!old || old.absent || old.sort === 'import' || by.sort === 'import') return;
  if (isPlaceholder(old)) return;
  if (old.writers.has(m.cell)) by.instead = old.instead;
  else if (!isUsed(m, old)) by.instead = new Map([...(old.instead ?? []), ...old.writers]);
}

/** `let model: Model;`, `best = None`: said to come, by whoever gives the value. */
const isPlaceholder = ({ values }: Binding) =>
  values.length === 1 && values[0]!.kind === 'imm' && values[0]!.constant === null;

/** What was bound in one line is used when any part of it is: `X_train, X_test = …`. */
const isUsed = (m: Machine, { writers }: Binding) =>
  [...writers].some(([cell, { line }]) => m.used.get(cell)?.has(line));

/** Where the author has named steps, what a step does with its own values says nothing of the steps after it. */
function use(m: Machine, binding: Binding): void {
  if (binding.used) return;
  const step = m.choices[m.cell]?.step;
  let own = false;
  for (const [cell, { line }] of binding.writers)
    if (step && m.choices[cell]?.step === step) own = true;
    else m.used.set(cell, (m.used.get(cell) ?? new Set()).add(line));
  binding.used = !own;
}

/** The first cell below that reads an ambiguous name asks; what its author answered holds from there on. */
export function settle(m: Machine, name: string, binding: Binding): Binding {
  use(m, binding);
  if (binding.settled || binding.writers.has(m.cell)) return binding;
  binding.settled = true;
  const sort = sortOf(m, binding);
  if (!sort) return binding;
  const writers = new Map([
    ...(sort === 'parallel' ? (binding.instead ?? []) : []),
    ...binding.writers
  ]);
  const choices = choicesOf(m, writers, sort);
  const wanted = m.choices[m.cell]?.writers[name];
  const chosen = choices.find(({ choice }) => choice === wanted);
  m.ambiguities.push({
    cell: m.cell,
    line: lineNow(m),
    name,
    sort,
    choices,
    ...(chosen && { chosen: chosen.choice })
  });
  if (!chosen?.writer) return binding;
  const { cell, line } = chosen.writer;
  const meant: Binding = {
    ...(m.versions.get(name)?.get(cell) ?? binding),
    writers: new Map([[cell, { line, may: false }]]),
    settled: true
  };
  m.globals.vars.set(name, meant);
  m.clock += 1;
  return meant;
}

/** What each name was after the cell, so that a choice can come back to it. */
export function keepVersions(m: Machine): void {
  for (const name of here(m).binds.keys()) {
    const binding = m.globals.vars.get(name);
    if (!binding) continue;
    const known = m.versions.get(name);
    if (known) known.set(m.cell, binding);
    else m.versions.set(name, new Map([[m.cell, binding]]));
  }
}

function sortOf(m: Machine, binding: Binding): Ambiguity['sort'] | undefined {
  const { writers, instead, sort } = binding;
  if (sort === 'import') return undefined;
  if ([...writers.values()].some(({ asked }) => asked)) return 'conditional';
  const [last] = writers.keys();
  if (!instead || last === undefined || writers.size > 1) return undefined;
  const known = ancestorsOf(m, last);
  return [...instead.keys()].some(cell => known.has(cell)) ? undefined : 'parallel';
}

/** Cells whose values the cell has had, directly or through others. */
function ancestorsOf(m: Machine, cell: number): Set<number> {
  const found = new Set([cell]);
  for (const each of found)
    for (const { from, to, kind, sort } of m.facts)
      if (to === each && kind !== 'state' && sort === 'value') found.add(from);
  return found;
}

function choicesOf(m: Machine, writers: Writers, sort: Ambiguity['sort']): WriterChoice[] {
  const choices: WriterChoice[] = [];
  for (const [cell, { line }] of [...writers].sort(([a], [b]) => a - b)) {
    const text = (m.choices[cell]?.source.split('\n')[line - 1] ?? '').trim();
    const same = choices.filter(each => each.writer?.text === text).length;
    choices.push({
      choice: same > 0 ? `${text} (${same + 1})` : text,
      writer: { cell, line, text }
    });
  }
  return sort === 'conditional' ? [...choices, { choice: AS_IT_RUNS }] : choices;
}
