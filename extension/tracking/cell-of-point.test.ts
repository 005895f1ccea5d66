import { expect, test } from 'vitest';
import { cellOfPoint } from './cell-of-point.ts';

const cell = (executionId: string, startTime: number, endTime: number, ...metrics: string[]) => ({
  executionId,
  startTime,
  endTime,
  metrics,
  source: '',
  state: 'ok' as const,
  changes: []
});
const cells = [
  cell('load', 0, 10),
  cell('fit', 10, 5000, 'loss'),
  cell('again', 9000, 9500, 'loss')
];

test.each([
  ['loss', 300, 'fit'],
  ['loss', 5400, 'fit'],
  ['loss', 9100, 'again'],
  ['loss', 20_000, 'again'],
  ['other', 5, 'load']
])('%s at %d was made by %s', (metric, time, executionId) =>
  expect(cellOfPoint(cells, { metric, time })?.executionId).toBe(executionId)
);

test('nothing is claimed of a point outside of all cells', () =>
  expect(cellOfPoint(cells, { metric: 'other', time: 50_000 })).toBeUndefined());
