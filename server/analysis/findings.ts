// What the author of a notebook should know before it runs, in words, with where it is and what to do.
import type { Ambiguity, Finding } from '../contract/analysis.ts';
import type { NotebookFacts } from './interpret/notebook.ts';
import { MAGIC_OUTCOMES } from './python/outline.ts';
import type { Magic } from './python/magics.ts';
import type { Fault } from './read-cell.ts';

export interface CellNotes {
  index: number;
  faults: Fault[];
  magics: Magic[];
}

export function findingsOf(
  notes: CellNotes[],
  found: NotebookFacts,
  aliases: Record<string, string>
): Finding[] {
  return [
    ...notes.flatMap(syntaxErrors),
    ...undefinedNames(notes, found, aliases),
    ...found.cells.flatMap(({ index, facts }) =>
      facts.stars.map(({ module, line }) => starImport(index, module, line))
    ),
    ...found.ambiguities.filter(each => !each.chosen).map(ambiguity),
    ...unstorableValues(found),
    ...notes.flatMap(magics)
  ].sort((a, b) => a.cell - b.cell || a.line - b.line);
}

function syntaxErrors({ index, faults }: CellNotes): Finding[] {
  return faults.map(fault => ({ code: 'syntax-error', severity: 'error', cell: index, ...fault }));
}

function magics({ index, magics }: CellNotes): Finding[] {
  return magics.map(({ kind, line, name, becomes }) => ({
    code: kind,
    severity: 'note',
    cell: index,
    line,
    name,
    message:
      kind === 'shell'
        ? 'This line is a shell command.'
        : `This line is the magic “${name}” of IPython.`,
    remedy: MAGIC_OUTCOMES[becomes]
  }));
}

function starImport(cell: number, module: string, line: number): Finding {
  return {
    code: 'star-import',
    severity: 'warning',
    cell,
    line,
    name: module,
    message: `“from ${module} import *” binds names that cannot be told from the source.`,
    remedy: `Import the names you use: from ${module} import a, b.`
  };
}

function ambiguity({ cell, line, name, sort, choices }: Ambiguity): Finding {
  const writers = choices.flatMap(({ writer }) => writer ?? []);
  const [first, second] = writers.map(
    each => `line ${each.line} of cell ${each.cell + 1} (“${each.text}”)`
  );
  const last = writers.at(-1);
  const only = `“${name}” is written only under a condition, by ${first}.`;
  const why =
    sort === 'conditional'
      ? 'a condition decides'
      : `cell ${(last?.cell ?? 0) + 1} takes the place of a value that no cell has used`;
  return {
    code: 'ambiguity',
    severity: second ? 'warning' : 'note',
    cell,
    line,
    name,
    message: second
      ? `“${name}” comes from ${writers.length > 2 ? `one of ${writers.length} lines, such as ` : ''}${first} or ${second}: ${why}.`
      : only,
    remedy: second
      ? 'Choose which of them this cell means; that is remembered in the notebook.'
      : 'Choose that line if it always runs, or give the name a value before the condition.'
  };
}

function unstorableValues(found: NotebookFacts): Finding[] {
  return found.unstorable.map(({ name, from, to, what, line }) => ({
    code: 'unstorable-value',
    severity: 'warning',
    cell: from,
    line,
    name,
    message: `“${name}” is ${what}: it cannot be handed from cell ${from + 1} to cell ${to + 1} in a pipeline.`,
    remedy: `Put cells ${from + 1} and ${to + 1} in one step, or make “${name}” anew where it is used.`
  }));
}

function undefinedNames(
  notes: CellNotes[],
  found: NotebookFacts,
  aliases: Record<string, string>
): Finding[] {
  const broken = new Set(notes.filter(each => each.faults.length).map(each => each.index));
  // `$name` in a shell line is the shell's own where no cell has such a name.
  const inShell = new Set(
    notes.flatMap(({ index, magics }) =>
      magics.filter(({ kind }) => kind === 'shell').map(({ line }) => `${index} ${line}`)
    )
  );
  const known: string[] = [];
  return found.cells.flatMap(({ index, facts }) => {
    const findings = [...facts.missing]
      .filter(
        ([, { expected, line }]) =>
          !expected && !broken.has(index) && !inShell.has(`${index} ${line}`)
      )
      .map(([name, { line, within }]): Finding => {
        const { message, remedy } = explain(name, index, known, found, aliases);
        return {
          code: 'undefined-name',
          severity: 'error',
          cell: index,
          line,
          name,
          message: within
            ? `“${within}”, which this line calls, uses “${name}”. ${message}`
            : message,
          remedy
        };
      });
    known.push(...facts.binds.keys());
    return findings;
  });
}

function explain(
  name: string,
  cell: number,
  known: string[],
  found: NotebookFacts,
  aliases: Record<string, string>
): Pick<Finding, 'message' | 'remedy'> {
  const deleted = found.cells
    .filter(each => each.index <= cell && each.facts.deletes.has(name))
    .at(-1);
  if (deleted)
    return {
      message: `“${name}” was deleted in cell ${deleted.index + 1}.`,
      remedy: `Take the deletion of “${name}” out of cell ${deleted.index + 1}, or define it again before cell ${cell + 1}.`
    };
  const later = found.cells.find(each => each.index > cell && each.facts.binds.has(name));
  if (later)
    return {
      message: `“${name}” is first defined in cell ${later.index + 1}, below this one.`,
      remedy: `Move cell ${later.index + 1} above cell ${cell + 1}.`
    };
  if (aliases[name])
    return {
      message: `“${name}” is used, but nothing imports it.`,
      remedy: `Add “${aliases[name]}” to the imports.`
    };
  const near = nearest(name, known);
  if (near)
    return {
      message: `“${name}” is not defined; “${near}” is.`,
      remedy: `Write “${near}” if that is what you mean.`
    };
  return {
    message: `No cell before this one defines “${name}”.`,
    remedy: `Define “${name}” in a cell above; a cell that did may have been deleted.`
  };
}

function nearest(name: string, known: string[]): string | undefined {
  const most = name.length > 5 ? 2 : 1;
  const near = [...new Set(known)].filter(
    each => each.length > 2 && distance(name, each, most) <= most
  );
  return near.sort((a, b) => distance(name, a, most) - distance(name, b, most))[0];
}

/** Letters to change, add, take away or swap to get from one word to the other. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}
