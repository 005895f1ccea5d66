// Whatever state the user's own repository is in: a capture works, and leaves it as it was.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture, listVersions } from '../../server/contract/pipelines.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

let app: PipelineApp;
let folder: string;
beforeAll(async () => {
  app = await startPipelineApp();
  folder = mkdtempSync(join(tmpdir(), 'stepladder-user-'));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

function git(at: string, ...argv: string[]): string {
  const identity = [
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.com',
    '-c',
    'protocol.file.allow=always'
  ];
  try {
    return execFileSync('git', [...identity, '-C', at, ...argv], {
      encoding: 'utf8',
      stdio: 'pipe'
    });
  } catch (error) {
    // A merge with a conflict ends with 1, which is what is wanted here.
    return String((error as { stdout?: string }).stdout);
  }
}

function repository(name: string, bare = false): string {
  const at = join(folder, name);
  mkdirSync(at);
  git(at, 'init', '-q', '-b', 'main', ...(bare ? ['--bare'] : []));
  if (bare) return at;
  const commit = (text: string, message: string) => {
    writeFileSync(join(at, 'file.txt'), text);
    git(at, 'add', '.');
    git(at, 'commit', '-qm', message);
  };
  commit('one\n', 'One');
  git(at, 'checkout', '-qb', 'other');
  commit('other\n', 'Other');
  git(at, 'checkout', '-q', 'main');
  commit('two\n', 'Two');
  return at;
}

const STATES: [string, (name: string) => string][] = [
  ['in the middle of a merge', name => inState(repository(name), at => git(at, 'merge', 'other'))],
  [
    'in the middle of a rebase',
    name => inState(repository(name), at => git(at, 'rebase', 'other'))
  ],
  ['detached', name => inState(repository(name), at => git(at, 'checkout', '-q', 'HEAD~1'))],
  ['bare', name => repository(name, true)],
  [
    'without a commit',
    name => inState(repository(name), at => git(at, 'update-ref', '-d', 'HEAD'))
  ],
  [
    'shallow',
    name => {
      const source = repository(`${name}-source`);
      execFileSync('git', ['clone', '-q', '--depth', '1', `file://${source}`, join(folder, name)]);
      return join(folder, name);
    }
  ],
  [
    'with hooks that refuse',
    name =>
      inState(repository(name), at => {
        for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'reference-transaction']) {
          writeFileSync(join(at, '.git/hooks', hook), '#!/bin/sh\nexit 1\n');
          chmodSync(join(at, '.git/hooks', hook), 0o755);
        }
      })
  ],
  [
    'with LFS filters',
    name =>
      inState(repository(name), at =>
        writeFileSync(join(at, '.gitattributes'), '*.ipynb filter=lfs diff=lfs merge=lfs -text\n')
      )
  ],
  [
    'a submodule',
    name => {
      const [outer, inner] = [repository(name), repository(`${name}-inner`)];
      git(outer, 'submodule', '--quiet', 'add', inner, 'inside');
      return join(outer, 'inside');
    }
  ],
  [
    'locked by another git',
    name => inState(repository(name), at => writeFileSync(join(at, '.git/index.lock'), ''))
  ],
  [
    'broken',
    name => inState(repository(name), at => writeFileSync(join(at, '.git/config'), '[broken'))
  ],
  ['read-only', name => inState(repository(name), at => chmodSync(at, 0o555))],
  // Git refuses to work in it at all; only root can make one.
  ...(process.getuid?.() === 0
    ? ([
        [
          'owned by another user',
          name => inState(repository(name), at => execFileSync('chown', ['-R', '65534', at]))
        ]
      ] satisfies [string, (name: string) => string][])
    : [])
];

function inState(at: string, change: (at: string) => unknown): string {
  change(at);
  return at;
}

/** Every file of the folder, git's own included, with its content. */
const contentOf = (at: string) =>
  execFileSync('find', [at, '-type', 'f', '-exec', 'sha256sum', '{}', '+'], { encoding: 'utf8' })
    .split('\n')
    .sort();

test.each(STATES)('the user’s repository is %s', async (state, make) => {
  const at = make(state.replaceAll(' ', '-'));
  const before = contentOf(at);
  const path = join(at, 'n.ipynb');
  for (const number of [1, 2]) {
    const notebook = notebookOf([{ source: `a = ${number}`, step: 'one' }]);
    expect((await app.call(capture, { path, notebook })).version.version).toBe(`v${number}`);
  }
  expect(contentOf(at)).toEqual(before);
  const { pipelineId } = await app.call(listVersions, { path });
  const ours = join(app.data, 'pipelines', pipelineId);
  expect(git(ours, 'fsck', '--full', '--strict')).toBe('');
  expect(readFileSync(join(ours, 'steps/one.py'), 'utf8')).toBe('a = 2\n');
});

test('a notebook that was copied goes on by itself, one that was deleted still has its versions', async () => {
  const notebook = notebookOf([{ source: 'a = 1', step: 'one' }]);
  const [path, copy] = [join(folder, 'first.ipynb'), join(folder, 'copy.ipynb')];
  await app.call(capture, { path, notebook });
  await app.call(capture, { path: copy, notebook });
  const changed = notebookOf([{ source: 'a = 2', step: 'one' }]);
  await app.call(capture, { path: copy, notebook: changed });
  expect((await app.call(listVersions, { path: copy })).items).toHaveLength(2);
  expect((await app.call(listVersions, { path })).items).toHaveLength(1);
});

test('a notebook renamed by another program goes on with its versions, one with other cells does not', async () => {
  const [path, renamed] = [join(folder, 'before.ipynb'), join(folder, 'after.ipynb')];
  const saved = (at: string, marks: string[]) => {
    const notebook = notebookOf(marks.map((mark, at) => ({ source: mark, step: `step_${at}` })));
    writeFileSync(at, JSON.stringify(notebook));
    return notebook;
  };
  const { pipelineId } = await app.call(capture, {
    path,
    notebook: saved(path, ['a = 1', 'b = a', 'c = b'])
  });
  const copy = join(folder, 'beside.ipynb');
  const beside = { path: copy, notebook: saved(copy, ['a = 1', 'b = a', 'c = b']) };
  expect(await app.call(capture, beside)).toMatchObject({ version: { version: 'v1' } });
  rmSync(path);
  const stranger = join(folder, 'stranger.ipynb');
  const other = { path: stranger, notebook: saved(stranger, ['a = 1', 'b = 7', 'c = 8']) };
  expect(await app.call(capture, other)).not.toHaveProperty('renamedFrom');
  const goesOn = { path: renamed, notebook: saved(renamed, ['a = 1', 'b = a', 'c = b + 1']) };
  expect(await app.call(capture, goesOn)).toMatchObject({
    pipelineId,
    renamedFrom: path,
    version: { version: 'v2' }
  });
  expect((await app.call(listVersions, { path: renamed })).items).toHaveLength(2);
});

test('a copy that carries the key of its original does not write into its history', async () => {
  const keyed = (number: number) => ({
    ...notebookOf([{ source: `a = ${number}`, step: 'one' }]),
    metadata: { stepladder: { pipeline: 'the-original' } }
  });
  const [path, copy] = [join(folder, 'original.ipynb'), join(folder, 'its-copy.ipynb')];
  writeFileSync(path, JSON.stringify(keyed(1)));
  await app.call(capture, { path, notebook: keyed(1) });
  const copied = await app.call(capture, { path: copy, notebook: keyed(2) });
  expect(copied).toMatchObject({ created: true, version: { version: 'v1' } });
  expect(copied.pipelineId).not.toBe('the-original');
  await app.call(capture, { path: copy, notebook: keyed(3) });
  const which = { path, pipeline: 'the-original' };
  expect((await app.call(listVersions, which)).items).toHaveLength(1);
  // The original renamed: its history goes along.
  rmSync(path);
  const renamed = join(folder, 'renamed.ipynb');
  expect(await app.call(capture, { path: renamed, notebook: keyed(4) })).toMatchObject({
    pipelineId: 'the-original',
    version: { version: 'v2' }
  });
});
