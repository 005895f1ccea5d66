import { expect, test } from 'vitest';
import type { StepRow } from './step-rows.ts';
import { stepsLike } from './steps-like.ts';

const row = (name: string, inputs: string[], outputs: string[]) =>
  ({ step: { name, inputs, outputs } }) as unknown as StepRow;

test('steps of that name come before those that take or give it', () => {
  const rows = [
    row('load', [], ['clean_table']),
    row('clean', ['clean_table'], ['x']),
    row('train', ['x'], ['model'])
  ];
  expect(stepsLike(rows, 'Clean')).toEqual(['clean', 'load']);
  expect(stepsLike(rows, 'model')).toEqual(['train']);
  expect(stepsLike(rows, ' ')).toEqual([]);
  expect(stepsLike(rows, 'nothing')).toEqual([]);
});
