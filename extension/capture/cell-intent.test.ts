import { expect, test } from 'vitest';
import { clearStep, setStep, setWriter, stepNameOf } from './cell-intent.ts';

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

test('a chosen writer stands beside the step, keys sorted, and goes without a trace', () => {
  const one = cell({ stepladder: { writers: { x: 'x = 1' }, step: 'a' } });
  setWriter(one, 'df', '*');
  expect(JSON.stringify(one.metadata['stepladder'])).toBe(
    '{"step":"a","writers":{"df":"*","x":"x = 1"}}'
  );
  setWriter(one, 'df', undefined);
  setWriter(one, 'x', undefined);
  clearStep(one);
  expect(one.metadata).toEqual({});
});

test('what is not a name is none', () => {
  expect(stepNameOf(cell({ stepladder: { step: 3 } }))).toBeUndefined();
});
