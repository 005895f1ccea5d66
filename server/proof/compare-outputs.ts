// Does a cell show in its step what it shows in the notebook: text, results, pictures, its error.
import type { Difference } from '../contract/proof.ts';
import type { CellOutputs } from '../executor/service.ts';
import { mask, type Window } from './masks.ts';
import { differingShare, readPng } from './png.ts';

/** `close`: the same but for numbers that differ by less than 1e-9. */
export interface OutputVerdict {
  verdict: 'equal' | 'close' | 'different';
  difference?: Omit<Difference, 'cell'>;
}

type Found = { close: boolean } | { difference: Omit<Difference, 'cell'> };

const EQUAL: Found = { close: false };
const LONGEST_SHOWN = 600;

export function compareOutputs(
  notebook: CellOutputs,
  pipeline: CellOutputs,
  window: Window
): OutputVerdict {
  let close = false;
  for (const found of comparisons(notebook, pipeline, window)) {
    if ('difference' in found) return { verdict: 'different', difference: found.difference };
    close ||= found.close;
  }
  return { verdict: close ? 'close' : 'equal' };
}

function* comparisons(
  notebook: CellOutputs,
  pipeline: CellOutputs,
  window: Window
): Generator<Found> {
  const errorOf = ({ error }: CellOutputs) => (error ? `${error.name}: ${error.value}` : '');
  yield compareText('error', errorOf(notebook), errorOf(pipeline), window);
  yield compareText('text', notebook.stdout, pipeline.stdout, window);
  const most = Math.max(notebook.displays.length, pipeline.displays.length);
  for (let at = 0; at < most; at++) {
    const [theirs, ours] = [notebook.displays[at], pipeline.displays[at]];
    const what = (theirs ?? ours)!.result ? 'result' : 'display';
    if (!theirs || !ours) {
      yield { difference: { what, notebook: gist(theirs), pipeline: gist(ours) } };
      continue;
    }
    for (const kind of new Set([...Object.keys(theirs.data), ...Object.keys(ours.data)]))
      yield compareData(kind, what, theirs.data[kind], ours.data[kind], window);
  }
}

function compareData(
  kind: string,
  what: 'result' | 'display',
  notebook: unknown,
  pipeline: unknown,
  window: Window
): Found {
  if (/^image\/(?!svg)/.test(kind)) return compareFigures(textOf(notebook), textOf(pipeline));
  return compareText(what, textOf(notebook), textOf(pipeline), window);
}

function textOf(data: unknown): string {
  if (data === undefined) return '';
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function gist(display: CellOutputs['displays'][number] | undefined): string {
  if (!display) return '';
  return shorten(textOf(display.data['text/plain'] ?? Object.keys(display.data).join(', ')));
}

function compareFigures(notebook: string, pipeline: string): Found {
  const [theirs, ours] = [notebook, pipeline].map(text => text.replace(/\s/g, '')) as [
    string,
    string
  ];
  if (theirs === ours) return EQUAL;
  const [one, other] = [theirs, ours].map(text => readPng(Buffer.from(text, 'base64')));
  const share = one && other ? differingShare(one, other) : 1;
  if (share === 0) return { close: true };
  const size = (pixels: typeof one) => (pixels ? `${pixels.width} × ${pixels.height} pixels` : '');
  return {
    difference: {
      what: 'figure',
      place: one && other ? `${(share * 100).toPrecision(2)} % of the picture` : 'the picture',
      notebook: size(one),
      pipeline: size(other),
      ...(theirs && ours ? { figures: { notebook: theirs, pipeline: ours } } : {})
    }
  };
}

function compareText(
  what: Difference['what'],
  notebook: string,
  pipeline: string,
  window: Window
): Found {
  if (notebook === pipeline) return EQUAL;
  const [theirs, ours] = [mask(notebook, window), mask(pipeline, window)];
  if (theirs === ours) return EQUAL;
  if (areClose(theirs, ours)) return { close: true };
  const [left, right] = [notebook.split('\n'), pipeline.split('\n')];
  const [maskedLeft, maskedRight] = [theirs.split('\n'), ours.split('\n')];
  const line = maskedLeft.findIndex((text, at) => text !== maskedRight[at]);
  const at = line < 0 ? maskedLeft.length : line;
  return {
    difference: {
      what,
      place: `line ${at + 1}`,
      notebook: shorten(left[at] ?? ''),
      pipeline: shorten(right[at] ?? '')
    }
  };
}

const NUMBER = /(-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)/;
const TOLERANCE = 1e-9;

/** The same words, and numbers that are nearly the same. */
export function areClose(one: string, other: string): boolean {
  const [left, right] = [one.split(NUMBER), other.split(NUMBER)];
  if (left.length !== right.length) return false;
  return left.every((text, at) => {
    const against = right[at]!;
    if (text === against) return true;
    if (at % 2 === 0) return false;
    const [a, b] = [Number(text), Number(against)];
    return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  });
}

export const shorten = (text: string) =>
  text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
