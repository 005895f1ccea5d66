// How the server stands, in a word and in one sentence with one remedy.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ServerState } from '../client/status.ts';

export function stateWord(state: ServerState['state'], trans: TranslationBundle): string {
  if (state === 'ready') return trans.__('saved');
  if (state === 'checking' || state === 'starting') return trans.__('starting');
  if (state === 'unwritable') return trans.__('not saved');
  return trans.__('not running');
}

/** Undefined while there is nothing to say. */
export function stateSentence(
  { state, detail, remedy }: ServerState,
  trans: TranslationBundle
): string | undefined {
  if (state === 'ready' || state === 'checking') return undefined;
  if (state === 'starting')
    return trans.__('The Stepladder server is starting; your notebook works meanwhile.');
  const sentence = (text: string) => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);
  return [sentence(detail || trans.__('The Stepladder server is not running')), sentence(remedy)]
    .filter(Boolean)
    .join(' ');
}
