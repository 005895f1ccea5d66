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
  writers: Record<string, string>;
}

export const choicesIn = (cell: NotebookCell): CellChoices => ({
  source: cellSource(cell),
  writers: cellIntent(cell).writers ?? {}
});

/** A value that no cell below has read gives way to another one: perhaps the cells are alternatives. */
export function replace(m: Machine, old: Binding | undefined, by: Binding): void {
  if (!old || old.absent || old.sort === 'import' || by.sort === 'import') return;
  if (old.writers.has(m.cell)) by.instead = old.instead;
  else if (!old.used) by.instead = new Map([...(old.instead ?? []), ...old.writers]);
}

/** The first cell below that reads an ambiguous name asks; what its author answered holds from there on. */
export function settle(m: Machine, name: string, binding: Binding): Binding {
  if (binding.writers.has(m.cell)) return binding;
  binding.used = true;
  if (binding.settled) return binding;
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
