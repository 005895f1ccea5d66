import { expect, test } from 'vitest';
import { checkArtifactPath } from './artifact-path.ts';

test.each([
  '..',
  '../x',
  'a/../../x',
  'a/..',
  '/etc/passwd',
  '//host/share',
  'C:/x',
  'c:\\x',
  'a\\..\\b',
  '%2e%2e/x',
  '..%2fx',
  '%252e%252e%252fx',
  '%2Fetc/passwd',
  'a%5c..%5cb',
  'a\0b',
  'a%00b',
  'a#b',
  'a\ud800',
  `${'%25'.repeat(1)}2e%2e/x`
])('%s does not leave its root', path => {
  expect(() => checkArtifactPath(path)).toThrow('Invalid path');
});

test('escaped without end is refused, not followed', () => {
  let path = '../x';
  for (let depth = 0; depth < 12; depth += 1) path = encodeURIComponent(path).replace(/\./g, '%2e');
  expect(() => checkArtifactPath(path)).toThrow('Invalid path');
});

test.each([
  ['a/b.txt', 'a/b.txt'],
  ['a//b/./c', 'a/b/c'],
  ['', ''],
  ['a..b/..c', 'a..b/..c'],
  ['100% sure.txt', '100% sure.txt'],
  ['caf\u00e9/\u65e5\u672c.csv', 'caf\u00e9/\u65e5\u672c.csv'],
  ['step=1,lr:0.1.json', 'step=1,lr:0.1.json'],
  ['%ff.bin', '%ff.bin']
])('%s is kept', (path, kept) => {
  expect(checkArtifactPath(path)).toBe(kept);
});
