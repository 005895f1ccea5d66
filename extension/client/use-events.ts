// Work to be done when something that matters has happened: not before it has been quiet for a moment.
import { useEffect, useRef } from 'react';
import { paced } from '../ui/paced.ts';
import type { HeardEvent } from './events.ts';
import type { IClient } from './tokens.ts';

export function useEvents(
  client: IClient,
  pause: number,
  concerns: (event: HeardEvent) => boolean,
  work: () => void
): void {
  const latest = useRef({ concerns, work });
  latest.current = { concerns, work };
  useEffect(() => {
    const pace = paced(pause, async () => latest.current.work());
    const heard = (_: unknown, event: HeardEvent) => {
      if (event.type === 'resync' || latest.current.concerns(event)) pace.soon();
    };
    client.events.heard.connect(heard);
    return () => {
      pace.stop();
      client.events.heard.disconnect(heard);
    };
  }, [client, pause]);
}

export const concernsRuns = (event: HeardEvent): boolean =>
  event.type === 'run-changed' || event.type === 'metrics-logged';
