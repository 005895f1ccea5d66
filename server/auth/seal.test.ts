import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSeal, readKeyFile, SEALED } from './seal.ts';

test('what was sealed is opened with the same key only, and only unchanged', () => {
  const { seal, open, mark } = createSeal(() => 'a long random text');
  const sealed = seal('töp secret');
  expect(sealed).not.toContain('secret');
  expect(sealed.startsWith(mark)).toBe(true);
  expect(mark.startsWith(SEALED)).toBe(true);
  expect(seal('töp secret')).not.toBe(sealed);
  expect(createSeal(() => 'a long random text').open(sealed)).toBe('töp secret');
  expect(() => createSeal(() => 'another long random text').open(sealed)).toThrow('another key');
  const bytes = Buffer.from(sealed.slice(mark.length), 'base64');
  bytes[bytes.length - 1]! ^= 1;
  expect(() => open(mark + bytes.toString('base64'))).toThrow();
  expect(() => open(mark)).toThrow();
});

test('the key of a data folder is made once, for its user alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-key-'));
  const file = join(folder, 'secrets.key');
  const key = readKeyFile(file);
  expect(key.length).toBeGreaterThan(40);
  expect(readKeyFile(file)).toBe(key);
  expect(readdirSync(folder)).toEqual(['secrets.key']);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});

test('a key that cannot be had is asked for only when it is needed', () => {
  const sealed = createSeal(() => {
    throw new Error('The disk is full');
  });
  expect(() => sealed.seal('x')).toThrow('full');
});
