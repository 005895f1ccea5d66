// Events between the servers on one database: what one publishes about the shared tables, the panels of the others hear.
import { ServerEvent } from '../contract/events.ts';
import type { EventBus } from './bus.ts';

/** As a database offers it. */
interface Channel {
  send(words: readonly string[]): Promise<void>;
  listen(hear: (word: string) => void): void;
}

/** Facts about what all servers share; endpoints, pipelines and their runs are a server's own. */
const SHARED: ReadonlySet<string> = new Set<ServerEvent['type']>([
  'run-changed',
  'metrics-logged',
  'cell-changed',
  'model-changed',
  'alias-moved'
]);

/** A burst is told at once, each fact of it once. */
const PAUSE = 100;
/** A notification is small: of very many keys the others only hear that the run has changed. */
const KEYS_TOLD = 50;

export function relayEvents(bus: EventBus, channel: Channel): void {
  const waiting = new Set<string>();
  let hearing = false;
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    timer = undefined;
    const words = [...waiting];
    waiting.clear();
    void channel.send(words);
  }
  bus.subscribe(event => {
    if (hearing || !SHARED.has(event.type)) return;
    waiting.add(JSON.stringify(brief(event)));
    timer ??= setTimeout(tell, PAUSE).unref();
  });
  channel.listen(word => {
    const event = read(word);
    if (!event) return;
    hearing = true;
    bus.publish(event);
    hearing = false;
  });
}

function brief(event: ServerEvent): ServerEvent {
  if (event.type !== 'metrics-logged' || event.keys.length <= KEYS_TOLD) return event;
  return { type: 'run-changed', runId: event.runId, notebook: event.notebook };
}

/** Nothing for what a server of another version says. */
function read(word: string): ServerEvent | undefined {
  try {
    return ServerEvent.parse(JSON.parse(word));
  } catch {
    return undefined;
  }
}
