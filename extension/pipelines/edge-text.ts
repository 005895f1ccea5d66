// Why one step waits for another, in words: what crosses, and the two lines that say so.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Pipeline } from '../../server/contract/pipelines.ts';

export function edgeText(
  pipeline: Pipeline,
  from: string,
  to: string,
  trans: TranslationBundle
): string {
  const edges = pipeline.edges.filter(edge => edge.from === from && edge.to === to);
  const lines = edges.map(({ kind, names, certainty, reason }) => {
    const what = {
      value: names.join(', '),
      file: trans.__('the file %1', names.join(', ')),
      state: trans.__('hidden state: %1', names.join(', ') || '–'),
      order: trans.__('the order that was asked for')
    }[kind];
    const sure = certainty === 'may' ? trans.__('%1 (perhaps)', what) : what;
    return reason ? `${sure}: ${reason.text}` : sure;
  });
  return [`${from} → ${to}`, ...lines].join('\n');
}
