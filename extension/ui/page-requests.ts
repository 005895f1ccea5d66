// What a page that may be open already, or not yet, is asked to show: the newest request for a page waits until it is there.
import { Signal } from '@lumino/signaling';
import { useEffect, useState } from 'react';

export interface PageRequests<Request> {
  ask(id: string, request: Request): void;
  /** The newest request for that page, and whenever there is another. */
  useRequest(id: string, take: (request: Request) => void): void;
}

export function createPageRequests<Request>(): PageRequests<Request> {
  const waiting = new Map<string, Request>();
  const asked = new Signal<typeof waiting, string>(waiting);
  return {
    ask(id, request) {
      waiting.set(id, request);
      asked.emit(id);
    },
    useRequest(id, take) {
      const [, again] = useState(0);
      useEffect(() => {
        const hear = (_: unknown, of: string) => of === id && again(count => count + 1);
        asked.connect(hear);
        return () => void asked.disconnect(hear);
      }, [id]);
      useEffect(() => {
        const request = waiting.get(id);
        if (request === undefined) return;
        waiting.delete(id);
        take(request);
      });
    }
  };
}
