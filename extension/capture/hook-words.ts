// What it means for the user when a Python kernel is without our hook: one sentence, and what would help.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { HookOutcome } from '../../kernel-bridge/capture/hook-request.ts';

/** Undefined where nothing is missing. */
export function hookSentence(
  outcome: HookOutcome,
  notebook: string,
  trans: TranslationBundle
): string | undefined {
  if (outcome === 'no-package') {
    return trans.__(
      'The kernel of %1 has no package stepladder: its cells are recorded, what they log is not. Install it there and restart the kernel.',
      notebook
    );
  }
  if (outcome === 'out-of-reach') {
    return trans.__(
      'The kernel of %1 cannot reach the Stepladder server: its cells are recorded, what they log is not. Set STEPLADDER_URL to an address that it can reach.',
      notebook
    );
  }
  if (outcome === 'failed') {
    return trans.__(
      'The kernel of %1 is recorded from this page alone: its cells are there, what they log is not.',
      notebook
    );
  }
  return undefined;
}
