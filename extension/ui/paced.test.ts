import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './paced.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('many causes are one piece of work, after a quiet moment', async () => {
  const work = vi.fn(async () => {});
  const read = paced(100, work);
  for (let cause = 0; cause < 5; cause++) {
    read.soon();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(work).toHaveBeenCalledTimes(1);
});

test('somebody who never stops typing still sees it move', async () => {
  const work = vi.fn(async () => {});
  const read = paced(100, work);
  for (let key = 0; key < 40; key++) {
    read.soon();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(work).toHaveBeenCalled();
});

test('a cause during the work is not forgotten, nor is a failure fatal', async () => {
  let finish = () => {};
  const work = vi.fn(
    () => new Promise<void>((done, fail) => (finish = work.mock.calls.length === 1 ? fail : done))
  );
  const read = paced(100, work);
  read.now();
  read.now();
  expect(work).toHaveBeenCalledTimes(1);
  finish();
  await vi.advanceTimersByTimeAsync(200);
  expect(work).toHaveBeenCalledTimes(2);
});
