import { expect, test } from 'vitest';
import { createOutbox, type OutboxStorage, type Receipt, type SessionBatch } from './outbox.ts';

const beat = (id: string) => ({ id, time: 1, type: 'heartbeat' as const });
const batch = (...ids: string[]): SessionBatch => ({ sessionId: 's', events: ids.map(beat) });

function memory(batches: SessionBatch[] = []): OutboxStorage & { saved: SessionBatch[] } {
  return {
    saved: batches,
    load: () => Promise.resolve(batches),
    save(all) {
      this.saved = structuredClone(all);
      return Promise.resolve();
    }
  };
}

/** A server that says what it is told to say, then takes everything. */
function server(...answers: (Receipt | Error)[]) {
  const taken: string[] = [];
  return {
    taken,
    sink: ({ events }: SessionBatch): Promise<Receipt> => {
      const next = answers.shift() ?? 'taken';
      if (next instanceof Error) return Promise.reject(next);
      if (next === 'taken') taken.push(...events.map(({ id }) => id));
      return Promise.resolve(next);
    }
  };
}

/** Timers that run when told to. */
function clock() {
  const pending: { milliseconds: number; run: () => void }[] = [];
  return {
    pauses: [] as number[],
    after(milliseconds: number, run: () => void) {
      const entry = { milliseconds, run };
      pending.push(entry);
      this.pauses.push(milliseconds);
      return () => void pending.splice(pending.indexOf(entry), 1);
    }
  };
}

test('events of one session travel together and in order', async () => {
  const { sink, taken } = server();
  const outbox = createOutbox({ sink });
  outbox.put(batch('a'));
  outbox.put(batch('b', 'c'));
  expect(await outbox.flush()).toBe(true);
  expect(taken).toEqual(['a', 'b', 'c']);
  expect(outbox.waiting).toBe(0);
});

test('a server that is away gets everything once it is back, after longer and longer pauses', async () => {
  const time = clock();
  const { sink, taken } = server('later', new Error('refused connection'), 'later');
  const outbox = createOutbox({ sink, after: time.after.bind(time) });
  outbox.put(batch('a'));
  for (let attempt = 0; attempt < 3; attempt++) expect(await outbox.flush()).toBe(false);
  outbox.put(batch('b'));
  expect(await outbox.flush()).toBe(true);
  expect(taken).toEqual(['a', 'b']);
  expect(time.pauses).toEqual([20, 500, 1000, 2000]);
});

test('what waits is written down, and delivered by the next page', async () => {
  const storage = memory();
  const away = createOutbox({ sink: server('later').sink, storage });
  away.put(batch('a', 'b'));
  await away.flush();
  away.close();
  const back = server();
  const next = createOutbox({ sink: back.sink, storage: memory(storage.saved) });
  next.put(batch('c'));
  await next.flush();
  expect(back.taken).toEqual(['a', 'b', 'c']);
});

test('storage that fails costs nothing but itself', async () => {
  const broken: OutboxStorage = {
    load: () => Promise.reject(new Error('blocked')),
    save: () => Promise.reject(new Error('full'))
  };
  const { sink, taken } = server('later');
  const outbox = createOutbox({ sink, storage: broken });
  outbox.put(batch('a'));
  expect(await outbox.flush()).toBe(false);
  expect(await outbox.flush()).toBe(true);
  expect(taken).toEqual(['a']);
});

test('a refused batch does not stop the others, and is counted', async () => {
  const { sink, taken } = server('refused');
  const outbox = createOutbox({ sink });
  outbox.put(batch('bad'));
  outbox.put({ ...batch('good'), sessionId: 'other' });
  expect(await outbox.flush()).toBe(true);
  expect([taken, outbox.lost]).toEqual([['good'], 1]);
});

test('a full queue loses its oldest events and says how many', async () => {
  const { sink, taken } = server('later');
  const outbox = createOutbox({ sink, mostEvents: 3 });
  outbox.put(batch('a', 'b'));
  await outbox.flush();
  outbox.put(batch('c', 'd'));
  expect([outbox.waiting, outbox.lost]).toEqual([3, 1]);
  await outbox.flush();
  expect(taken).toEqual(['b', 'c', 'd']);
});
