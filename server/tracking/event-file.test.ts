// Files that the real tensorboardX and tensorboard have written (test/fixtures/tensorboard/write.py).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEventFile } from './event-file.ts';

const file = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/tensorboard/${name}.tfevents`, import.meta.url));

test('scalars as PyTorch and Keras write them; texts and histograms are passed over', () => {
  const { points, fault } = readEventFile(file('simple'));
  expect(fault).toBeUndefined();
  const tags = Map.groupBy(points, ({ tag }) => tag);
  expect([...tags.keys()]).toEqual(['loss/train', 'accuracy', 'diverged']);
  expect(tags.get('loss/train')).toHaveLength(200);
  expect(tags.get('loss/train')![3]).toEqual({
    tag: 'loss/train',
    step: 3,
    time: 1_700_000_003_000,
    value: 0.25
  });
  expect(tags.get('accuracy')).toEqual([
    { tag: 'accuracy', step: 7, time: 1_700_000_500_250, value: 0.75 }
  ]);
  expect(tags.get('diverged')![0]!.value).toBeNaN();
});

test('scalars as TensorFlow 2 writes them', () =>
  expect(readEventFile(file('tensor')).points.map(({ tag, value }) => [tag, value])).toEqual([
    ['epoch_loss', 1],
    ['epoch_loss', 0.5],
    ['epoch_loss', 0.25],
    ['epoch_loss', 0.125],
    ['epoch_loss', 0.0625]
  ]));

test('a file that is still being written gives what is there', () => {
  const whole = file('simple');
  for (const length of [0, 5, 30, 1000, whole.length - 1]) {
    const { points, fault } = readEventFile(whole.subarray(0, length));
    expect(fault).toBeUndefined();
    expect(points.length).toBeLessThanOrEqual(202);
  }
});

test('what is no event file says so', () => {
  expect(readEventFile(Buffer.from('this is only a text, and a long one at that')).fault).toMatch(
    'byte 0'
  );
  const broken = Buffer.from(file('simple'));
  broken.fill(0xff, 60, 80);
  expect(readEventFile(broken).fault).toMatch(/byte \d+/);
});
