import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { EVENTS_PATH } from '../contract/events.ts';
import { createEventBus } from '../events/bus.ts';
import { eventRoutes } from './events.ts';

let app: FastifyInstance;
afterEach(() => app.close());

test('what is published arrives as it happens, and closing the server ends the stream', async () => {
  app = Fastify({ forceCloseConnections: true });
  const bus = createEventBus();
  eventRoutes(app, bus);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(url + EVENTS_PATH);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (words: string) => {
    while (!heard.includes(words)) heard += (await reader.read()).value ?? '';
  };
  await hear(': connected\n\n');
  bus.publish({ type: 'run-changed', runId: 'r1' });
  await hear('data: {"type":"run-changed","runId":"r1"}\n\n');
  await app.close();
  expect((await reader.read()).done).toBe(true);
});

test('a listener that is gone is forgotten', async () => {
  app = Fastify();
  const bus = createEventBus();
  let listeners = 0;
  eventRoutes(app, {
    ...bus,
    subscribe(listener) {
      listeners += 1;
      const stop = bus.subscribe(listener);
      return () => {
        listeners -= 1;
        return stop();
      };
    }
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const leaving = new AbortController();
  await fetch(url + EVENTS_PATH, { signal: leaving.signal });
  expect(listeners).toBe(1);
  leaving.abort();
  await expect.poll(() => listeners).toBe(0);
});
