import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace } from './workspace.ts';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-workspace-')));
  mkdirSync(join(root, 'project'));
  writeFileSync(join(root, 'project', 'a.ipynb'), '{}');
  symlinkSync(join(root, 'project', 'a.ipynb'), join(root, 'link.ipynb'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('one notebook has one name, however it is spelt', () => {
  const { identify } = createWorkspace(root);
  const name = join(root, 'project', 'a.ipynb');
  for (const spelling of ['project/a.ipynb', './project/../project/a.ipynb', name, 'link.ipynb']) {
    expect(identify(spelling)).toBe(name);
  }
});

test('a relative path cannot leave the workspace, nor hide a NUL', () => {
  const { identify } = createWorkspace(join(root, 'project'));
  for (const path of ['../a.ipynb', '../project-other/a.ipynb', 'x/../../a.ipynb', 'a\0.ipynb']) {
    expect(() => identify(path)).toThrow(/leaves the workspace|NUL/);
  }
});

test('the folder of a notebook must be there, the notebook itself need not', () => {
  const { folderOf } = createWorkspace(root);
  expect(folderOf('project/unsaved.ipynb')).toBe(join(root, 'project'));
  expect(() => folderOf('nowhere/a.ipynb')).toThrow(/does not exist/);
});
