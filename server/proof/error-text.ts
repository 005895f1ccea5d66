// What stands on standard error, taken apart: Python's warnings, and everything else line by line.
import { mask, type Window } from './masks.ts';
import { readAsTerminal, type Row } from './terminal.ts';

export interface ErrorText {
  /** Kind and words of each, without the place in the code. */
  warnings: string[];
  lines: string[];
}

const WARNING = /^.+?:\d+: ([A-Za-z_]\w*Warning): ?(.*)$/;
/** The line of code to which a warning points stands below it. */
const CODE_BELOW = /^ {2}\S/;
const LONGEST_WARNING = 40;

const TOOK = /\b\d+(?:\.\d+)?(?:e-?\d+)? ?(?:ns|[µμu]s|ms|s|sec(?:ond)?s?|min(?:ute)?s?)\b/g;
/** `[00:03<00:01, 12.5it/s]` and `0:00:03`, where a bar was drawn. */
const PROGRESS =
  /\[[^\]\n]*\d+:\d\d[^\]\n]*\]|\b\d+:\d\d(?::\d\d)?\b|[\d.?]+ ?[kMG]?(?:\w+\/s|s\/\w+)/g;
/** Threads are numbered, and a kernel has some of its own. */
const THREAD = /\bThread-\d+/g;
const OF_THE_KERNEL = /^\[\w*KernelApp\] /;
/** Frames of who runs the cells, and not of what they run. */
const FRAME = /^\s*File "/;
const RUNNERS = /[/\\](?:ipykernel|IPython|stepladder|asyncio|tornado|threading\.py|runpy\.py)\b/;

export function readErrors(text: string, window: Window): ErrorText {
  const seen = readAsTerminal(text).map(row => quiet(row));
  const lines = withoutRunners(mask(seen.join('\n'), window).split('\n'));
  const found: ErrorText = { warnings: [], lines: [] };
  for (let at = 0; at < lines.length; at++) {
    const warning = WARNING.exec(lines[at]!);
    if (!warning) {
      if (lines[at] !== '') found.lines.push(lines[at]!);
      continue;
    }
    const end = endOfWarning(lines, at);
    const more = lines.slice(at + 1, end);
    found.warnings.push([`${warning[1]}: ${warning[2]}`, ...more].join('\n').trimEnd());
    at = end;
  }
  return found;
}

function quiet({ text, redrawn }: Row): string {
  const timeless = redrawn ? text.replace(PROGRESS, '<duration>') : text;
  return timeless.replace(TOOK, '<duration>').replace(THREAD, 'Thread-<number>');
}

/** @returns the line of code below it, or the last line of it where there is none */
function endOfWarning(lines: string[], at: number): number {
  for (let below = at + 1; below < Math.min(lines.length, at + LONGEST_WARNING); below++) {
    if (WARNING.test(lines[below]!) || FRAME.test(lines[below]!)) break;
    if (CODE_BELOW.test(lines[below]!)) return below;
  }
  return at;
}

function withoutRunners(lines: string[]): string[] {
  const kept: string[] = [];
  let isRunner = false;
  for (const line of lines) {
    if (FRAME.test(line)) isRunner = RUNNERS.test(line);
    else if (!/^\s{4}/.test(line)) isRunner = false;
    if (!isRunner && !OF_THE_KERNEL.test(line)) kept.push(line);
  }
  return kept;
}
