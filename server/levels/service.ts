// Where the project stands on the ladder, read anew each time from what is stored.
import type { LevelReport, Rung } from '../contract/levels.ts';
import type * as operations from '../contract/levels.ts';
import type { Handler } from '../http/route.ts';
import { type Facts, type LevelsParts, readFacts } from './facts.ts';
import { type RungRule, RUNGS } from './ladder.ts';

export type { LevelsParts };

export interface LevelsService {
  getLevels: Handler<typeof operations.getLevels>;
}

export function createLevelsService(parts: LevelsParts): LevelsService {
  return { getLevels: async () => judge(await readFacts(parts)) };
}

export function judge(facts: Facts, rules: readonly RungRule[] = RUNGS): LevelReport {
  const rungs = rules.map(({ id, level, title, prove }): Rung => {
    const evidence = prove?.(facts);
    return { id, level, title, reached: evidence !== undefined, ...(evidence && { evidence }) };
  });
  // The next rung is one that can be climbed; what cannot be done yet stands in the list, but sends nobody anywhere.
  const next = rules.find(({ todo }, index) => todo && !rungs[index]!.reached);
  return {
    level: levelOf(rungs),
    rungs,
    ...(next && { next: { rung: next.id, title: next.title, ...next.todo!(facts) } })
  };
}

/** The highest level whose rungs, and those of the levels below it, are all reached. */
function levelOf(rungs: Rung[]): number {
  const missed = rungs.filter(({ reached }) => !reached).map(({ level }) => Number(level));
  return Math.min(2, ...missed.map(level => level - 1));
}
