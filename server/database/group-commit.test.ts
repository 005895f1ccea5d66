import { expect, test, vi } from 'vitest';
import { createWriteQueue, type Transaction } from './group-commit.ts';
import type { Db } from './open.ts';

/** A database whose disk takes its time: `save` ends that. */
function openSlow() {
  const { promise: saved, resolve: save, reject: fail } = Promise.withResolvers<void>();
  const transaction: Transaction = {
    db: {} as Db,
    mark: async () => {},
    undo: async () => true,
    commit: vi.fn(async () => ({ saved })),
    abandon: async () => {}
  };
  const queue = createWriteQueue({
    begin: async () => transaction,
    groupSize: 10,
    mayRepeat: () => false,
    explain: error => error
  });
  return { queue, transaction, save, fail };
}

test('a write that asks for no more is answered when it is committed, the others when they are on the disk', async () => {
  const { queue, transaction, save } = openSlow();
  const told: string[] = [];
  const saved = queue.write(async () => 'saved').then(value => told.push(value));
  await queue.write(async () => 'committed', 'committed').then(value => told.push(value));
  expect(transaction.commit).toHaveBeenCalledExactlyOnceWith(true);
  expect(told).toEqual(['committed']);
  save();
  await saved;
  expect(told).toEqual(['committed', 'saved']);
});

test('a group that nobody waits for may be saved later, and closing waits for it', async () => {
  const { queue, transaction, save } = openSlow();
  await queue.write(async () => 1, 'committed');
  expect(transaction.commit).toHaveBeenCalledExactlyOnceWith(false);
  let isDrained = false;
  const drained = queue.drained().then(() => (isDrained = true));
  await new Promise(turn => setImmediate(turn));
  expect(isDrained).toBe(false);
  save();
  await drained;
});

test('when the disk fails, whoever waits is told, and of the others a warning', async () => {
  const { queue, fail } = openSlow();
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const saved = queue.write(async () => 1);
  await queue.write(async () => 1, 'committed');
  fail(new Error('input/output error'));
  await expect(saved).rejects.toThrow('input/output error');
  await queue.drained();
  expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('input/output error'));
  warned.mockRestore();
});
