import { expect, test } from 'vitest';
import { clearStep, setStep, stepNameOf } from './cell-intent.ts';

function cell(metadata: Record<string, unknown> = {}) {
  return {
    metadata,
    getMetadata: (key: string) => metadata[key],
    setMetadata: (key: string, value: unknown) => void (metadata[key] = value),
    deleteMetadata: (key: string) => void delete metadata[key]
  };
}

test('a step is set and cleared without a trace', () => {
  const one = cell({ tags: ['parameters'] });
  setStep(one, 'train');
  expect(stepNameOf(one)).toBe('train');
  clearStep(one);
  expect(one.metadata).toEqual({ tags: ['parameters'] });
});

test('other keys of ours stay', () => {
  const one = cell({ stepladder: { step: 'a', note: 1 } });
  clearStep(one);
  expect(one.metadata).toEqual({ stepladder: { note: 1 } });
});

test('what is not a name is none', () => {
  expect(stepNameOf(cell({ stepladder: { step: 3 } }))).toBeUndefined();
});
