// What a panel reads from the server: kept on the screen while it is read again, read again when an event concerns it.
import { useEffect, useReducer, useRef } from 'react';
import { asCallError, type CallError } from './call-error.ts';
import type { HeardEvent } from './events.ts';
import type { IClient } from './tokens.ts';

export interface Query<Data> {
  data: Data | undefined;
  error: CallError | undefined;
  /** Nothing to show yet. */
  loading: boolean;
  reload(): void;
}

/** Events come in bursts; one read a quarter second is live enough. */
const PACE = 250;

/** `key` names what is read: another key forgets the data, the same key keeps it. */
export function useQuery<Data>(
  client: IClient,
  key: string,
  load: () => Promise<Data>,
  concerns: (event: HeardEvent) => boolean
): Query<Data> {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const held = useRef<{ key: string; data?: Data; error?: CallError }>({ key });
  if (held.current.key !== key) held.current = { key };
  const latest = useRef({ load, concerns });
  latest.current = { load, concerns };
  const ask = useRef(() => {});

  useEffect(() => {
    let gone = false;
    let busy = false;
    let again = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      if (busy) return void (again = true);
      busy = true;
      try {
        const data = await latest.current.load();
        if (!gone) held.current = { key, data };
      } catch (error) {
        if (!gone) held.current = { ...held.current, error: asCallError(error) };
      }
      busy = false;
      if (gone) return;
      draw();
      if (again) soon();
      again = false;
    };
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, PACE);
    };
    const heard = (_: unknown, event: HeardEvent) => {
      if (event.type === 'resync' || latest.current.concerns(event)) soon();
    };
    const healed = () => {
      if (client.status.now.state === 'ready' && (held.current.error || !held.current.data)) soon();
    };
    ask.current = () => {
      if (held.current.error) void client.status.check();
      void read();
    };
    client.events.heard.connect(heard);
    client.status.changed.connect(healed);
    void read();
    return () => {
      gone = true;
      clearTimeout(timer);
      client.events.heard.disconnect(heard);
      client.status.changed.disconnect(healed);
    };
  }, [client, key]);

  const { data, error } = held.current;
  return {
    data,
    error,
    loading: data === undefined && error === undefined,
    reload: () => ask.current()
  };
}
