import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';
import type { ModelVersion } from '../../server/contract/registry.ts';
import { challengerOf, challengerWords } from './model-words.ts';

const trans = nullTranslator.load('stepladder');
const version = (number: string, rmse?: number): ModelVersion => ({
  model: 'delay',
  version: number,
  aliases: [],
  createdTime: 0,
  metrics: rmse === undefined ? {} : { rmse },
  params: {},
  runName: 'wise-heron'
});

test('the newest version challenges, unless it is the champion', () => {
  const champion = version('5', 18.44);
  expect(challengerOf({ name: 'delay', champion, latest: champion, versions: 5 })).toBeUndefined();
  const model = { name: 'delay', champion, latest: version('7', 18.314), versions: 7 };
  expect(challengerWords(model, trans)).toBe('challenger v7: rmse 18.31 · wise-heron');
});

test('without a champion the newest version is the candidate', () => {
  expect(challengerOf({ name: 'delay', latest: version('1'), versions: 1 })?.version).toBe('1');
});
