import { expect, test, vi } from 'vitest';
import type { ServerEvent } from '../contract/events.ts';
import { createEventBus } from './bus.ts';
import { relayEvents } from './relay.ts';

/** A server that hears everything the other says, at once. */
function createPair() {
  const ears: ((word: string) => void)[] = [];
  const servers = [0, 1].map(self => {
    const bus = createEventBus();
    const heard: ServerEvent[] = [];
    const sent: (readonly string[])[] = [];
    bus.subscribe(event => heard.push(event));
    relayEvents(bus, {
      async send(words) {
        sent.push(words);
        for (const word of words) ears[1 - self]!(word);
      },
      listen: hear => void (ears[self] = hear)
    });
    return { bus, heard, sent };
  });
  return servers as [(typeof servers)[0], (typeof servers)[0]];
}

test('the other server hears each shared fact once, and does not echo it', async () => {
  vi.useFakeTimers();
  const [one, other] = createPair();
  const changed: ServerEvent = { type: 'run-changed', runId: 'r' };
  one.bus.publish(changed);
  one.bus.publish(changed);
  one.bus.publish({ type: 'endpoint-changed', name: 'mine' });
  await vi.runAllTimersAsync();
  expect(other.heard).toEqual([changed]);
  expect(one.sent).toHaveLength(1);
  expect(other.sent).toHaveLength(0);
  expect(one.heard).toHaveLength(3);
  vi.useRealTimers();
});

test('of very many keys, that the run has changed', async () => {
  vi.useFakeTimers();
  const [one, other] = createPair();
  const keys = Array.from({ length: 1000 }, (_, index) => `metric-${index}`);
  one.bus.publish({ type: 'metrics-logged', runId: 'r', keys });
  await vi.runAllTimersAsync();
  expect(other.heard).toEqual([{ type: 'run-changed', runId: 'r' }]);
  vi.useRealTimers();
});

test('words of another version are passed over', () => {
  const bus = createEventBus();
  let hear: (word: string) => void = () => {};
  relayEvents(bus, { send: async () => {}, listen: listener => void (hear = listener) });
  const heard: ServerEvent[] = [];
  bus.subscribe(event => heard.push(event));
  hear('{"type":"of-tomorrow"}');
  hear('not JSON');
  expect(heard).toEqual([]);
});
