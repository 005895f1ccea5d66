// What ran in a kernel since its process began: what it holds is told from that.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let house: TrackingFixture;
beforeEach(async () => {
  house = await createTrackingFixture();
});
afterEach(() => house.close());

const ran = (executionId: string, more = {}) =>
  [
    { type: 'cell-started', executionId, source: executionId },
    { type: 'cell-ended', executionId, state: 'ok', ...more }
  ] as const;
const cells = async () =>
  (await house.tracking.listSessionCells('kernel-1')).map(({ executionId }) => executionId);

test('is in the order in which it ran, over all runs of the kernel, with what was left behind', async () => {
  const changes = [{ name: 'x', type: 'int', content: 'abc' }];
  // The first cell again begins another run; the kernel still has what it had.
  await house.say('hook', [...ran('first'), ...ran('second', { changes })]);
  await house.wait(1);
  await house.say('hook', [{ type: 'cell-started', executionId: 'third', source: 'first' }]);
  expect(await cells()).toEqual(['first', 'second', 'third']);
  expect((await house.tracking.listSessionCells('kernel-1'))[1]).toMatchObject({
    state: 'ok',
    changes
  });
});

test('ends with the process, and the panels hear of it though the run was over', async () => {
  await house.say('hook', [{ type: 'session-started' }, ...ran('first')]);
  await house.wait(5);
  house.events.length = 0;
  await house.say('recorder', [{ type: 'session-started' }]);
  expect(await cells()).toEqual([]);
  expect(house.events).toContainEqual(expect.objectContaining({ type: 'run-changed' }));
  await house.wait(1);
  await house.say('hook', [...ran('second')]);
  expect(await cells()).toEqual(['second']);
  await house.say('recorder', [{ type: 'session-ended' }]);
  expect(await cells()).toEqual([]);
});

test('nothing ran in a kernel that nobody has heard of', async () => {
  expect(await house.tracking.listSessionCells('no-kernel')).toEqual([]);
});
