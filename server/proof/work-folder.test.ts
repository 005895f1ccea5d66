import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkFolder, rootFor } from './work-folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'work-folder-'));
  mkdirSync(join(place, 'project/notebooks/deep'), { recursive: true });
  mkdirSync(join(place, 'project/data'));
  writeFileSync(join(place, 'project/data/n.csv'), '1');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const rootOf = (code: string) =>
  relative(place, rootFor(join(place, 'project/notebooks/deep'), code));

test('the copy begins as far up as the cells lead', () => {
  expect(rootOf('open("n.csv")')).toBe('project/notebooks/deep');
  expect(rootOf('pd.read_csv("../n.csv")')).toBe('project/notebooks');
  expect(rootOf("sys.path.append('../..')")).toBe('project');
  expect(rootOf('x[...]; f(*...)')).toBe('project/notebooks/deep');
});

test('a repository is taken whole', () => {
  mkdirSync(join(place, 'project/.git'));
  expect(rootOf('open("n.csv")')).toBe('project');
});

test('what cells wrote is undone, what they removed is there again, and the original stays as it was', () => {
  const original = join(place, 'project/notebooks');
  writeFileSync(join(original, 'kept.txt'), 'kept');
  writeFileSync(join(original, 'changed.txt'), 'before');
  const work = makeWorkFolder(original, '');
  try {
    writeFileSync(join(work.folder, 'new.txt'), 'new');
    writeFileSync(join(work.folder, 'changed.txt'), 'after!');
    rmSync(join(work.folder, 'kept.txt'));
    work.reset();
    expect(existsSync(join(work.folder, 'new.txt'))).toBe(false);
    expect(readFileSync(join(work.folder, 'changed.txt'), 'utf8')).toBe('before');
    expect(readFileSync(join(work.folder, 'kept.txt'), 'utf8')).toBe('kept');
    expect(existsSync(join(original, 'new.txt'))).toBe(false);
  } finally {
    work.remove();
  }
  expect(existsSync(work.folder)).toBe(false);
});
