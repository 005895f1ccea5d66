// From which version each line of a step is: lines are followed from the first version of the step to the asked one.
import type { z } from 'zod';
import type { BlameLine } from '../contract/pipelines.ts';
import { diffLines } from '../text/line-diff.ts';

export interface StepText {
  version: string;
  author: string;
  time: number;
  /** Undefined where the version has no such step. */
  source: string | undefined;
}

/** @param history oldest first, the asked version last */
export function blameLines(history: readonly StepText[]): z.infer<typeof BlameLine>[] {
  let lines: Omit<z.infer<typeof BlameLine>, 'line'>[] = [];
  let before = '';
  for (const { version, author, time, source } of history) {
    if (source === undefined || source === before) continue;
    const fresh = (text: string) => ({ text, version, author, time });
    if (lines.length === 0) lines = source.split('\n').map(fresh);
    else {
      let at = 0;
      lines = diffLines(before, source).flatMap(line => {
        if (line.startsWith('-')) at += 1;
        else if (line.startsWith('+')) return [fresh(line.slice(1))];
        else return [lines[at++]!];
        return [];
      });
    }
    before = source;
  }
  return lines.map((line, at) => ({ line: at + 1, ...line }));
}
