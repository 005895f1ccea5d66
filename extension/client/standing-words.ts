// How a cell or a step stands, in a few words, the same at the cells and in the sidebar.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellState, Standing } from '../../server/contract/cells.ts';

/** @param version where it is edited since that one */
export function standingWord(
  state: CellState,
  version: string | undefined,
  trans: TranslationBundle
): string {
  const words: Record<CellState, string> = {
    new: '',
    captured: trans.__('captured'),
    edited: version ? trans.__('edited since %1', version) : trans.__('edited since it ran'),
    upstream: trans.__('upstream changed'),
    order: trans.__('run out of order'),
    failed: trans.__('failed'),
    running: trans.__('running')
  };
  return words[state];
}

type OfKernel = 'running' | 'failed' | 'order' | 'upstream';

/** States that are about the kernel, whatever is captured. */
export const isOfKernel = (
  standing: Standing | undefined
): standing is Standing & { state: OfKernel } =>
  standing !== undefined && ['running', 'failed', 'order', 'upstream'].includes(standing.state);
