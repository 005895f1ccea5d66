// How each cell stands, with the reason in one sentence: what it took when it ran, held against what it would take now. Pure.
import { CellState, type Standing } from '../contract/cells.ts';
import {
  gaveTheSame,
  type Input,
  type KernelHistory,
  type Links,
  type Ran
} from './cell-history.ts';

/** A code cell as far as its standing goes. */
export interface StoodCell {
  index: number;
  /** Against the last version. */
  stored: 'captured' | 'edited' | 'new';
}

export interface Stood extends Standing {
  ran: boolean;
}

/** Why a cell is not what it would be, told to the cells below it. */
interface Cause {
  cell: number;
  /** What became of it: `was edited since it ran`. */
  what: string;
}

/** In words as people count: from 1, text cells included. */
export const cellWord = (index: number): string => `cell ${index + 1}`;
const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

const thing = ({ kind, name }: Pick<Input, 'kind' | 'name'>): string =>
  kind === 'file' ? `the file ${name}` : kind === 'state' ? `the state ${name}` : name;

export function standingsOf(
  cells: readonly StoodCell[],
  links: Links,
  history: KernelHistory,
  version: string | undefined
): Map<number, Stood> {
  const standings = new Map<number, Stood>();
  const stale = new Map<number, Cause>();
  const storedCauses = new Map<number, Cause>();
  const since = version === undefined ? 'since' : `since ${version}`;
  for (const { index, stored } of cells) {
    const inputs = links.inputs.get(index) ?? [];
    const last = history.last.get(index);
    const inKernel =
      last && standingInKernel(last, inputs, { history, stale, imports: links.imports });
    if (stored === 'edited') storedCauses.set(index, { cell: index, what: `was edited ${since}` });
    const above = firstCause(inputs, storedCauses);
    if (above && stored !== 'edited') storedCauses.set(index, above.cause);
    if (inKernel?.cause) stale.set(index, inKernel.cause);
    standings.set(index, {
      ran: last?.asIs === true && last.state === 'ok',
      ...(inKernel?.standing ??
        (stored === 'captured' && above && !last
          ? { state: 'upstream', reason: causeText(above.input, above.giver, above.cause) }
          : stored === 'edited'
            ? { state: 'edited', reason: sentence(`edited ${since}`) }
            : { state: stored }))
    });
  }
  return standings;
}

interface Kernel {
  history: KernelHistory;
  stale: ReadonlyMap<number, Cause>;
  imports: ReadonlySet<number>;
}

/** @returns undefined for a cell that has what it would get now */
function standingInKernel(
  last: Ran,
  inputs: readonly Input[],
  kernel: Kernel
): { standing: Standing; cause?: Cause } | undefined {
  const cell = last.cell!;
  if (last.state === 'running') return { standing: { state: 'running' } };
  if (!last.asIs)
    return {
      standing: { state: 'edited', reason: 'Edited since it ran.' },
      cause: { cell, what: 'was edited since it ran' }
    };
  if (last.state !== 'ok')
    return {
      standing: { state: 'failed', reason: failure(last) },
      cause: { cell, what: 'failed when it ran last' }
    };
  for (const input of inputs) {
    const reason = wrongOrder(last, input, kernel);
    if (reason)
      return {
        standing: { state: 'order', reason },
        cause: { cell, what: 'was run out of order' }
      };
  }
  for (const input of inputs) {
    const found = changedSince(last, input, kernel);
    if (found)
      return {
        standing: { state: 'upstream', reason: causeText(input, found.giver, found.cause) },
        cause: found.cause
      };
  }
  return undefined;
}

function failure({ state, error }: Ran): string {
  if (state === 'interrupted') return 'It was interrupted.';
  return error ? `${error.name}: ${error.value.split('\n')[0] ?? ''}` : 'It failed.';
}

/** It took a name that somebody else had left behind than the cell that gives it in the notebook. */
function wrongOrder(last: Ran, input: Input, { history, imports }: Kernel): string | undefined {
  const { key, kind } = input;
  const giver = input.givers.at(-1)!;
  // Each draw from a generator changes its state: only what sets it up counts.
  if (kind === 'state' || imports.has(giver)) return undefined;
  const took = last.took.get(key);
  const given = history.last.get(giver);
  if (!took) {
    const isLater = given && given.at > last.at && given.asIs;
    return isLater
      ? sentence(`it ran before ${cellWord(giver)}, which gives ${thing(input)}`)
      : undefined;
  }
  if (took.cell === giver) return undefined;
  const now = took.cell === last.cell ? last : given;
  if (now && gaveTheSame(took, now, key)) return undefined;
  if (took.cell === last.cell)
    return sentence(
      `it took ${thing(input)} from its own earlier run, not from ${cellWord(giver)}`
    );
  if (took.cell === undefined)
    return sentence(
      `it took ${thing(input)} from a cell that is gone, not from ${cellWord(giver)}`
    );
  if (input.givers.includes(took.cell))
    return sentence(`it ran before ${cellWord(giver)}, which gives ${thing(input)}`);
  return sentence(
    `it took ${thing(input)} from ${cellWord(took.cell)}, not from ${cellWord(giver)}`
  );
}

/** A cell that gives it is no longer what it was then. */
function changedSince(
  last: Ran,
  input: Input,
  { history, stale }: Kernel
): { giver: number; cause: Cause } | undefined {
  for (const giver of input.givers.toReversed()) {
    const cause = stale.get(giver);
    if (cause) return { giver, cause };
  }
  const giver = input.givers.at(-1)!;
  const given = history.last.get(giver);
  const took = last.took.get(input.key);
  if (input.kind === 'state' || !given || !took || took.cell !== giver || given.at < last.at)
    return undefined;
  if (!took.asIs) return { giver, cause: { cell: giver, what: 'was edited and run again since' } };
  if (input.replicated || gaveTheSame(took, given, input.key)) return undefined;
  return { giver, cause: { cell: giver, what: 'was run again since' } };
}

function firstCause(
  inputs: readonly Input[],
  causes: ReadonlyMap<number, Cause>
): { input: Input; giver: number; cause: Cause } | undefined {
  for (const input of inputs)
    for (const giver of input.givers.toReversed()) {
      const cause = causes.get(giver);
      if (cause) return { input, giver, cause };
    }
  return undefined;
}

/** `Cell 3, which gives df, was edited since it ran.` */
function causeText(input: Input, giver: number, { cell, what }: Cause): string {
  if (cell === giver) return sentence(`${cellWord(giver)}, which gives ${thing(input)}, ${what}`);
  return sentence(
    `${cellWord(cell)}, on which ${thing(input)} from ${cellWord(giver)} depends, ${what}`
  );
}

const rankOf = ({ state }: Standing): number => CellState.options.indexOf(state);

/** Of several cells: the one that has most to say, the first of equals. */
export function worstOf(standings: readonly Standing[]): Standing {
  return standings.reduce<Standing>((worst, one) => (rankOf(one) > rankOf(worst) ? one : worst), {
    state: 'new'
  });
}
