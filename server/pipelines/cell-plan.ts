// "Run what this cell needs": the cells above it that have to run so that it gets what the notebook says it gets. Pure.
import { gaveTheSame, type KernelHistory, type Links, type Ran } from './cell-history.ts';
import { cellWord, type Stood } from './cell-standing.ts';

/** @returns cell -> why it has to run, in the order to run them; the asked one is the last */
export function planFor(
  cell: number,
  links: Links,
  history: KernelHistory,
  standings: ReadonlyMap<number, Stood>
): Map<number, string> {
  const plan = new Map<number, string>([[cell, 'You asked for it.']]);
  for (let before = 0; before < plan.size;) {
    before = plan.size;
    for (const [needed, why] of missing(plan, links, history, standings)) plan.set(needed, why);
  }
  return new Map([...plan].sort(([a], [b]) => a - b));
}

/** Plays the plan on what the kernel holds: what would a cell of it not get as the notebook says? */
function missing(
  plan: ReadonlyMap<number, string>,
  links: Links,
  history: KernelHistory,
  standings: ReadonlyMap<number, Stood>
): Map<number, string> {
  const found = new Map<number, string>();
  const rerun = new Map<string, number>();
  const add = (cell: number, why: string) => {
    if (!plan.has(cell) && !found.has(cell)) found.set(cell, why);
  };
  for (const cell of [...plan.keys()].sort((a, b) => a - b)) {
    for (const { key, name, kind, givers } of links.inputs.get(cell) ?? []) {
      for (const giver of givers) {
        const why = notReady(history.last.get(giver), standings.get(giver));
        if (why) add(giver, why);
      }
      const giver = givers.at(-1)!;
      // Hidden state moves on with each use of it.
      if (kind === 'state' || links.imports.has(giver)) continue;
      const given = history.last.get(giver);
      const holder = rerun.has(key) ? undefined : history.holders.get(key);
      const holding = rerun.get(key) ?? holder?.cell;
      if (holding === giver || (!holder && !rerun.has(key))) continue;
      if (holder && given && gaveTheSame(holder, given, key)) continue;
      const by = holding === undefined ? 'a cell that is gone' : cellWord(holding);
      add(giver, `Its ${name} was changed by ${by}.`);
    }
    for (const key of links.gives.get(cell) ?? []) rerun.set(key, cell);
  }
  return found;
}

/** Why what a cell has given is not to be had as it is. */
function notReady(last: Ran | undefined, standing: Stood | undefined): string | undefined {
  if (!last) return 'It has not run in this kernel.';
  if (last.state === 'running') return undefined;
  if (!last.asIs) return 'It was edited since it ran.';
  if (last.state !== 'ok') return 'It failed when it ran last.';
  const isStale = standing?.state === 'order' || standing?.state === 'upstream';
  return isStale ? standing.reason : undefined;
}
