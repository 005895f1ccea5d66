import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';
import { verdictText } from './semantic-version.tsx';

const trans = nullTranslator.load('stepladder');

test('a verdict has its reason, and what the rule said where somebody decided', () => {
  const semantic = { version: '2.0.0', bump: 'major', reason: 'Its code changed' } as const;
  expect(verdictText(semantic, trans)).toBe('major: Its code changed');
  expect(verdictText({ ...semantic, ruled: 'minor' }, trans)).toBe(
    'major, decided by hand. The rule says minor: Its code changed'
  );
  expect(verdictText({ version: '1.0.0', bump: 'first', reason: '' }, trans)).toBe(
    'the first version'
  );
});
