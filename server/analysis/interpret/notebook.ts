// Runs the cells of a notebook one after the other over what is known of their values.
import { keepVersions, type CellChoices } from './ambiguity.ts';
import type { Ambiguity } from '../../contract/analysis.ts';
import type { Program } from './ir.ts';
import type { Knowledge } from './knowledge.ts';
import {
  changedNames,
  createMachine,
  depend,
  here,
  startCell,
  type Machine,
  type CellFacts,
  type Dialect,
  type Fact
} from './machine.ts';
import type { Binding } from './objects.ts';
import { execute } from './statements.ts';

export interface LoweredCell {
  index: number;
  program: Program;
  /** What the cell binds is gone after it (%%timeit). */
  isolated: boolean;
  mentions: Set<string>;
  choices: CellChoices;
}

export interface CellResult {
  index: number;
  facts: CellFacts;
  /** Names whose content the cell changes without binding them. */
  changed: Set<string>;
  /** Names bound before the cell that it may leave as they are: handed through. */
  handedThrough: Set<string>;
  /** Names that the functions and classes defined in the cell mention, called or not. */
  mentions: Set<string>;
}

export interface NotebookFacts {
  cells: CellResult[];
  facts: Fact[];
  /** Every global name at the end, with who bound it and how. */
  names: Map<string, Binding>;
  /** Kinds of values behind each global name, as they were when a cell read them. */
  unstorable: { name: string; from: number; to: number; what: string; line: number }[];
  ambiguities: Ambiguity[];
}

/** Names that share what the cell changed: to hand on their new content it must have been given them. */
function needOldVersions(m: Machine, changed: Set<string>): void {
  for (const name of changed) {
    const binding = m.globals.vars.get(name);
    if (binding && !here(m).reads.has(name))
      depend(m, binding.writers, 'value', name, binding.sort);
  }
}

export function interpretNotebook(
  cells: LoweredCell[],
  dialect: Dialect,
  knowledge: Knowledge
): NotebookFacts {
  const m = createMachine(dialect, knowledge);
  const results: CellResult[] = [];
  const unstorable: NotebookFacts['unstorable'] = [];
  for (const { index, program, isolated, mentions, choices } of cells) {
    const facts = startCell(m, index, program, choices);
    const before = isolated ? new Map(m.globals.vars) : undefined;
    execute(m, program.body);
    if (before) {
      m.globals.vars = before;
      facts.binds.clear();
    }
    keepVersions(m);
    const handedThrough = new Set<string>();
    for (const name of facts.binds.keys()) {
      const binding = m.globals.vars.get(name);
      if (!binding) continue;
      for (const [from, { line }] of binding.writers) {
        if (from === index) continue;
        handedThrough.add(name);
        const to = binding.writers.get(index);
        m.facts.push({
          from,
          to: index,
          kind: 'value',
          name,
          may: true,
          fromLine: line,
          toLine: to?.line ?? 1,
          sort: binding.sort
        });
      }
    }
    for (const name of facts.reads) {
      const binding = m.globals.vars.get(name);
      const what = binding?.values.map(value => knowledge.unstorable(value.kind)).find(Boolean);
      const writer = binding && [...binding.writers].find(([cell]) => cell < index);
      if (what && writer)
        unstorable.push({ name, from: writer[0], to: index, what, line: writer[1].line });
    }
    const changed = changedNames(m);
    needOldVersions(m, changed);
    results.push({ index, facts, changed, handedThrough, mentions });
  }
  return {
    cells: results,
    facts: m.facts,
    names: m.globals.vars,
    unstorable,
    ambiguities: m.ambiguities
  };
}
