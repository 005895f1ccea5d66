// What the server publishes, as it happens; while the stream is down, a beat every few seconds that says "read again".
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';
import type { ServerEvent } from '../../server/contract/events.ts';
import { EVENTS_PATH } from './routes.ts';

/** `resync`: events may have been missed, read again what you show. */
export type HeardEvent = ServerEvent | { type: 'resync' };

export interface ServerEvents {
  readonly heard: ISignal<ServerEvents, HeardEvent>;
  /** Does not wait for the next try when the server is known to be back. */
  reconnect(): void;
  dispose(): void;
}

const POLL = 5_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

export function createEvents(settings: ServerConnection.ISettings): ServerEvents {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let wait = FIRST_RETRY;
  let lost = false;

  const connect = () => {
    source = new EventSource(streamUrl(settings), { withCredentials: true });
    source.onopen = () => {
      wait = FIRST_RETRY;
      clearInterval(poll);
      poll = undefined;
      if (lost) heard.emit({ type: 'resync' });
      lost = false;
    };
    source.onmessage = ({ data }) => heard.emit(JSON.parse(String(data)) as ServerEvent);
    source.onerror = () => {
      source?.close();
      lost = true;
      poll ??= setInterval(() => document.hidden || heard.emit({ type: 'resync' }), POLL);
      retry = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LAST_RETRY);
    };
  };
  const events: ServerEvents = {
    get heard() {
      return heard;
    },
    reconnect() {
      if (!lost) return;
      clearTimeout(retry);
      source?.close();
      connect();
    },
    dispose() {
      clearTimeout(retry);
      clearInterval(poll);
      source?.close();
      Signal.clearData(events);
    }
  };
  const heard = new Signal<ServerEvents, HeardEvent>(events);
  connect();
  return events;
}

function streamUrl({ baseUrl, token, appendToken }: ServerConnection.ISettings): string {
  const url = URLExt.join(baseUrl, 'stepladder/api') + EVENTS_PATH;
  return token && appendToken ? `${url}?token=${encodeURIComponent(token)}` : url;
}
