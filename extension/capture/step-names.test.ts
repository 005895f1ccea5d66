import { expect, test } from 'vitest';
import { STEP_NAME as CONTRACT } from '../../server/contract/notebook.ts';
import { STEP_NAME, stepNameFrom } from './step-names.ts';

test("the rule is the contract's", () => expect(STEP_NAME.source).toBe(CONTRACT.source));

test.each([
  ['Load flights!', 'load_flights'],
  ['  Zürich ', 'zurich'],
  ['2nd try', '_2nd_try'],
  ['x'.repeat(90), 'x'.repeat(60)],
  ['…', undefined]
])('%s becomes %s', (typed, name) => {
  expect(stepNameFrom(typed)).toBe(name);
  if (name) expect(name).toMatch(STEP_NAME);
});
