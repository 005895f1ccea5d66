// Does a cell write to standard error in its step what it writes there in the notebook? What is left out is said, with the reason.
import type { Difference, NotCompared } from '../contract/proof.ts';
import type { CellOutputs } from '../executor/service.ts';
import { areClose, shorten } from './compare-outputs.ts';
import { type ErrorText, readErrors } from './error-text.ts';
import type { Window } from './masks.ts';
import type { RanCell } from './reference.ts';

export interface ErrorVerdict {
  difference?: Omit<Difference, 'cell'>;
  notCompared: Omit<NotCompared, 'cell'>[];
}

export type ErrorsOf = (cell: number, step: CellOutputs) => ErrorVerdict;

const SHOWN_BEFORE =
  'an earlier cell showed the same warning, and Python shows each once a process';
/** pandas warns of a table by which others it was cut from, as far as they are still in the same process. */
const OF_ORIGIN = /^SettingWithCopyWarning\b/;
const ORIGIN =
  'SettingWithCopyWarning tells how a table came to be in this process; one that was handed on is a table of its own';
const RUN_TO_RUN = 'it is another one in each run of the notebook itself';

/** @param references what two runs of the notebook showed */
export function createErrorComparison(
  references: Map<number, RanCell>[],
  window: Window
): ErrorsOf {
  const runs = references.map(
    cells => new Map([...cells.values()].map(ran => [ran.cell, read(ran.outputs.stderr, window)]))
  );
  const before = warningsBefore(runs);
  return (cell, step) => {
    const theirs = runs.flatMap(cells => cells.get(cell) ?? []);
    if (step.stderr === undefined || theirs.length === 0) return { notCompared: [] };
    const [ours, others] = [read(step.stderr, window), read(step.otherErrors, window)];
    const warned = compareWarnings(theirs, ours, others, before.get(cell) ?? []);
    const written = compareLines(theirs, ours, others);
    const difference = warned.difference ?? written.difference;
    return {
      notCompared: [...warned.notCompared, ...written.notCompared],
      ...(difference && { difference })
    };
  };
}

const read = (text: string | undefined, window: Window) => readErrors(text ?? '', window);

function warningsBefore(runs: Map<number, ErrorText>[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  let seen: string[] = [];
  for (const cell of [...(runs[0]?.keys() ?? [])].sort((a, b) => a - b)) {
    found.set(cell, seen);
    seen = [...seen, ...runs.flatMap(cells => cells.get(cell)?.warnings ?? [])];
  }
  return found;
}

/** Which there are, not how often: a loop that warns does so once or many times, by what ran in between. */
function compareWarnings(
  runs: ErrorText[],
  ours: ErrorText,
  others: ErrorText,
  before: string[]
): ErrorVerdict {
  const differ = runs.some(run => runs.some(other => !areIn(run.warnings, other.warnings)));
  const plain = (warnings: string[]) => (differ ? warnings.map(withoutNumbers) : warnings);
  const [first, ...more] = runs.map(({ warnings }) => plain(warnings)) as [string[], ...string[][]];
  const always = first.filter(warning => more.every(warnings => has(warnings, warning)));
  const ever = [...first, ...more.flat()];
  const shown = plain(ours.warnings);
  const reasons = new Set<string>();
  const isExcused = (warning: string) => {
    const reason = OF_ORIGIN.test(warning) ? ORIGIN : SHOWN_BEFORE;
    if (reason === SHOWN_BEFORE && !has(plain(before), warning)) return false;
    reasons.add(reason);
    return true;
  };
  const missing = always
    .filter(warning => !has([...shown, ...plain(others.warnings)], warning))
    .find(warning => !isExcused(warning));
  const added = shown.filter(warning => !has(ever, warning)).find(warning => !isExcused(warning));
  const notCompared = [...reasons].map(reason => ({ what: 'stderr' as const, reason }));
  if (missing === undefined && added === undefined) return { notCompared };
  const sides = { notebook: shorten(missing ?? ''), pipeline: shorten(added ?? '') };
  return { notCompared, difference: { what: 'stderr', place: 'warnings', ...sides } };
}

const areIn = (some: string[], others: string[]) => some.every(each => has(others, each));

const has = (warnings: string[], warning: string) =>
  warnings.some(each => each === warning || areClose(each, warning));

const withoutNumbers = (text: string) => text.replace(/\d[\d.]*(?:e[-+]?\d+)?/gi, '<number>');

function compareLines(runs: ErrorText[], ours: ErrorText, others: ErrorText): ErrorVerdict {
  const texts = runs.map(({ lines }) => lines);
  if (new Set(texts.map(lines => lines.length)).size > 1)
    return { notCompared: [{ what: 'stderr', reason: RUN_TO_RUN }] };
  const [first, second = first] = texts as [string[], string[]?];
  const patterns = first.map((line, at) => patternOf(line, second[at]!));
  // A kernel shows what child processes write late, or not at all.
  const own = patterns.filter(pattern => !others.lines.some(line => fits(pattern, line)));
  const isEqual = [patterns, own].some(
    wanted =>
      wanted.length === ours.lines.length &&
      wanted.every((pattern, at) => fits(pattern, ours.lines[at]!))
  );
  const isPartly = isEqual && patterns.some(pattern => pattern.includes(undefined));
  if (isEqual)
    return { notCompared: isPartly ? [{ what: 'stderr', reason: `in part: ${RUN_TO_RUN}` }] : [] };
  const most = Math.max(own.length, ours.lines.length);
  const at = Array.from({ length: most }, (_, each) => each).find(
    each => !own[each] || ours.lines[each] === undefined || !fits(own[each], ours.lines[each])
  )!;
  const theirs = own[at] ? first[patterns.indexOf(own[at])] : undefined;
  return {
    notCompared: [],
    difference: {
      what: 'stderr',
      place: `line ${at + 1}`,
      notebook: shorten(theirs ?? ''),
      pipeline: shorten(ours.lines[at] ?? '')
    }
  };
}

/** Words, and nothing where two runs of the notebook have different ones. */
type Pattern = (string | undefined)[];

const wordsOf = (line: string) => line.split(/(\s+)/);

function patternOf(line: string, again: string): Pattern {
  const [words, others] = [wordsOf(line), wordsOf(again)];
  if (words.length !== others.length) return [undefined];
  return words.map((word, at) => (word === others[at] ? word : undefined));
}

function fits(pattern: Pattern, line: string): boolean {
  if (pattern.length === 1 && pattern[0] === undefined) return true;
  const words = wordsOf(line);
  if (words.length !== pattern.length) return false;
  return pattern.every((word, at) => {
    const ours = words[at]!;
    return word === undefined || word === ours || areClose(word, ours);
  });
}
