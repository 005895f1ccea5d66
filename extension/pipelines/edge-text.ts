// Why one step waits for another, in words: what crosses, and the two lines that say so.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Pipeline } from '../../server/contract/pipelines.ts';

const between = (pipeline: Pipeline, from: string, to: string) =>
  pipeline.edges.filter(edge => edge.from === from && edge.to === to);

export interface EdgeLine {
  what: string;
  why: string | undefined;
}

export function edgeLines(
  pipeline: Pipeline,
  from: string,
  to: string,
  trans: TranslationBundle
): EdgeLine[] {
  return between(pipeline, from, to).map(({ kind, names, certainty, reason }) => {
    const what = {
      value: names.join(', '),
      file: trans.__('the file %1', names.join(', ')),
      state: trans.__('hidden state: %1', names.join(', ') || '–'),
      order: trans.__('the order that was asked for')
    }[kind];
    return {
      what: certainty === 'may' ? trans.__('%1 (perhaps)', what) : what,
      why: reason?.text
    };
  });
}

/** All of it in one text, such as a tooltip. */
export function edgeText(
  pipeline: Pipeline,
  from: string,
  to: string,
  trans: TranslationBundle
): string {
  const lines = edgeLines(pipeline, from, to, trans);
  return [
    `${from} → ${to}`,
    ...lines.map(({ what, why }) => (why ? `${what}: ${why}` : what))
  ].join('\n');
}

/** Names of what crosses. */
export const edgeNames = (pipeline: Pipeline, from: string, to: string): string =>
  [...new Set(between(pipeline, from, to).flatMap(({ names }) => names))].join(', ');
