// Is a value of a TypeScript step what it was in the notebook's kernel? Exactly, nearly (1e-9), or where not: the first place.
import type { StepProof } from './job.ts';
import { type Likeness, portray, type Portrait } from './typescript-portrait.ts';
import { readValues } from './typescript-values.ts';

type Compared = Omit<StepProof['compared'][number], 'name'>;

const TOLERANCE = 1e-9;

/** @param digests of what the runs of the kernel had, the first one being what counts */
export function compareWithRuns(
  value: unknown,
  name: string,
  digests: readonly string[],
  folder: string
): Compared {
  let runs: Likeness[];
  let ours: Likeness;
  try {
    runs = digests.map(digest => readValues(digest, folder)[name] as Likeness);
    ours = portray(value);
  } catch {
    return { verdict: 'unknown' };
  }
  const found = runs.map(theirs => compare(ours, theirs));
  const same = found.find(({ verdict }) => verdict !== 'different');
  if (same) return same;
  const [first, second] = runs;
  if (runs.length > 1 && compare(first, second).verdict === 'different')
    return { verdict: 'volatile' };
  return found[0] ?? { verdict: 'unknown' };
}

interface Pair {
  ours: Likeness;
  theirs: Likeness;
  place: string;
}

export function compare(pipeline: Likeness, notebook: Likeness): Compared {
  let verdict: 'equal' | 'close' = 'equal';
  const seen = new Map<Portrait, Portrait>();
  const waiting: Pair[] = [{ ours: pipeline, theirs: notebook, place: '' }];
  for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
    const { ours, theirs, place } = pair;
    if (isPortrait(ours) && isPortrait(theirs)) {
      if (seen.get(ours) === theirs) continue;
      seen.set(ours, theirs);
      const inside = partsOf(ours, theirs, place);
      if ('difference' in inside) return inside.difference;
      // The first one is looked at first.
      for (const part of inside.parts.reverse()) waiting.push(part);
      continue;
    }
    const alike = howAlike(ours, theirs);
    if (alike === 'different') return differing(place, ours, theirs);
    if (alike === 'close') verdict = 'close';
  }
  return { verdict };
}

function howAlike(ours: Likeness, theirs: Likeness): 'equal' | 'close' | 'different' {
  if (ours === theirs || (ours !== ours && theirs !== theirs)) return 'equal';
  if (typeof ours !== 'number' || typeof theirs !== 'number') return 'different';
  const apart = Math.abs(ours - theirs);
  return apart <= TOLERANCE * Math.max(1, Math.abs(ours), Math.abs(theirs)) ? 'close' : 'different';
}

/** Two values that hold others: what is in them, pair by pair, unless they differ as a whole. */
function partsOf(
  ours: Portrait,
  theirs: Portrait,
  place: string
): { parts: Pair[] } | { difference: Compared } {
  const apart = (what: string, one: Likeness, other: Likeness) => ({
    difference: differing(what, one, other)
  });
  if (ours.kind !== theirs.kind) return apart(place, ours.kind, theirs.kind);
  if (ours.text !== theirs.text) return apart(place, ours, theirs);
  const { keys, items = numbersOf(ours) } = ours;
  const { keys: otherKeys, items: otherItems = numbersOf(theirs) } = theirs;
  const isNamed = keys?.every(key => typeof key === 'string') ?? false;
  const [names, otherNames] = [keys, otherKeys].map(list => list?.map(String).join(', '));
  if (isNamed && names !== otherNames)
    return apart(`keys${place && ` of ${place}`}`, names, otherNames);
  if (items.length !== otherItems.length)
    return apart(`${place || 'value'}.length`, items.length, otherItems.length);
  const parts: Pair[] = [];
  const note = (one: Likeness, other: Likeness, where: () => string) => {
    // Most are the same, and there may be millions of them.
    if (!Object.is(one, other)) parts.push({ ours: one, theirs: other, place: where() });
  };
  for (let at = 0; at < items.length; at++) {
    if (keys && !isNamed)
      note(keys[at], otherKeys?.[at], () => `key ${at + 1}${place && ` of ${place}`}`);
    note(
      items[at],
      otherItems[at],
      () => `${place}${placeOf(ours, isNamed ? String(keys![at]) : at)}`
    );
  }
  return { parts };
}

function numbersOf({ data }: Portrait): ArrayLike<number | bigint> {
  if (!data) return [];
  return data instanceof DataView
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : (data as unknown as ArrayLike<number | bigint>);
}

/** As code would say it. */
function placeOf({ kind, keys }: Portrait, at: string | number): string {
  if (kind === 'Map')
    return `.get(${typeof at === 'string' ? JSON.stringify(at) : `key ${at + 1}`})`;
  if (!keys) return `[${at}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(String(at))
    ? `.${at}`
    : `[${JSON.stringify(at)}]`;
}

function differing(place: string, ours: Likeness, theirs: Likeness): Compared {
  const where = place.replace(/^\./, '');
  return {
    verdict: 'different',
    ...(where ? { place: where } : {}),
    pipeline: shown(ours),
    notebook: shown(theirs)
  };
}

const isPortrait = (value: Likeness): value is Portrait =>
  typeof value === 'object' && value !== null;

const LONGEST_SHOWN = 200;

function shown(value: Likeness): string {
  const text = isPortrait(value)
    ? `${value.kind}${value.text === undefined ? '' : ` ${value.text}`}`
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 3)}...` : text;
}
