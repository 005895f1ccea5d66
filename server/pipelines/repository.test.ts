import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../contract/problem.ts';
import { type Files, openRepository } from './repository.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'stepladder-repository-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Both outputs: fsck says on standard error what it finds beside the objects. */
const git = (...argv: string[]) =>
  execFileSync('sh', ['-c', 'exec git -C "$0" "$@" 2>&1', dir, ...argv], { encoding: 'utf8' });
const author = { name: 'Ada Lovelace', email: 'ada@example.com' };
const commit = (files: Files, message: string, number: number, branch = 'main') =>
  openRepository(dir).add({
    files,
    message,
    author,
    time: number * 1_000_000,
    branch,
    tags: [`v${number}`]
  });
const filesOf = (text: string): Files => ({ 'pipeline.json': '{}\n', 'steps/load.py': text });
const many = (count: number, mark: string): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `steps/s${at}.py`,
      `${'x'.repeat(500 * at)}${mark}\n`
    ])
  );

test('real git finds a sound repository, tags, the author and plain files', async () => {
  await commit(filesOf('a = 1\n'), 'First', 1);
  await commit({ ...filesOf('a = 2\n'), 'steps/more.py': 'b\n' }, 'Second', 2);
  expect(git('fsck', '--full', '--strict')).toBe('');
  expect(git('status', '--short')).toBe('');
  expect(git('log', '--format=%D %s, %an <%ae>').trim().split('\n')).toEqual([
    'HEAD -> main, tag: v2 Second, Ada Lovelace <ada@example.com>',
    'tag: v1 First, Ada Lovelace <ada@example.com>'
  ]);
  expect(readFileSync(join(dir, 'steps', 'load.py'), 'utf8')).toBe('a = 2\n');
  expect(git('show', 'v1:steps/load.py')).toBe('a = 1\n');
});

test('many files become a pack that git and we read alike', async () => {
  const files = many(120, 'first');
  const oid = await commit(files, 'First', 1);
  expect(git('fsck', '--full', '--strict')).toBe('');
  expect(git('verify-pack', '-v', ...packs())).toContain('blob');
  expect(git('status', '--short')).toBe('');
  expect(await openRepository(dir).read(oid, 'steps/s119.py')).toBe(files['steps/s119.py']);
  expect(git('show', 'v1:steps/s7.py')).toBe(files['steps/s7.py']);
});
const packs = () =>
  execFileSync('find', [join(dir, '.git/objects/pack'), '-name', '*.idx'], { encoding: 'utf8' })
    .trim()
    .split('\n');

test('what is gone from a version is gone from the folder, and still in git', async () => {
  await commit({ ...filesOf('a\n'), 'steps/old.py': 'old\n' }, 'First', 1);
  const second = await commit(filesOf('a\n'), 'Second', 2);
  expect(git('status', '--short')).toBe('');
  await expect(openRepository(dir).read(second, 'steps/old.py')).rejects.toThrow();
  expect(git('show', 'v1:steps/old.py')).toBe('old\n');
});

test('a branch grows beside the main line, whose files stay', async () => {
  const first = await commit(filesOf('a\n'), 'First', 1);
  const repository = openRepository(dir);
  await repository.move('try', first);
  await commit(filesOf('b\n'), 'Tried', 2, 'try');
  expect(git('log', '--format=%s', 'try').trim().split('\n')).toEqual(['Tried', 'First']);
  expect(git('log', '--format=%s', 'main').trim()).toBe('First');
  expect(git('status', '--short')).toBe('');
  expect((await repository.log('try')).map(({ message }) => message)).toEqual(['Tried', 'First']);
  expect(await repository.log('try', first)).toHaveLength(1);
});

test('names that people give are known, also those given with git itself', async () => {
  const first = await commit(filesOf('a\n'), 'First', 1);
  const repository = openRepository(dir);
  expect(await repository.tags()).toEqual(new Map());
  await repository.tag('good', first);
  expect(await repository.tags()).toEqual(new Map([['good', first]]));
  git('tag', 'also', first);
  const second = filesOf('b\n');
  await repository.add({
    files: second,
    message: 'b',
    author,
    time: 2000,
    branch: 'main',
    tags: ['v2']
  });
  expect([...(await repository.tags()).keys()].sort()).toEqual(['also', 'good']);
  git('tag', '-d', 'good');
  git('pack-refs', '--all');
  expect([...(await repository.tags()).keys()]).toEqual(['also']);
});

test('a folder that cannot be written to is said in words', async () => {
  await commit(filesOf('a\n'), 'First', 1);
  const objects = join(dir, '.git', 'objects');
  execFileSync('find', [objects, '-type', 'd', '-exec', 'chmod', 'a-w', '{}', '+']);
  try {
    const failed = await commit(filesOf('b\n'), 'Second', 2).catch((error: unknown) => error);
    // Root may write anywhere.
    if (process.getuid?.() !== 0) {
      expect(failed).toBeInstanceOf(ProblemError);
      expect((failed as ProblemError).problem.code).toBe('storage_unavailable');
    }
  } finally {
    chmodSync(objects, 0o755);
    execFileSync('find', [objects, '-type', 'd', '-exec', 'chmod', 'u+w', '{}', '+']);
  }
  expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
});

test('killed a hundred times in the middle of captures, the repository is sound and goes on', async () => {
  const program = `
    import { openRepository } from ${JSON.stringify(join(import.meta.dirname, 'repository.ts'))};
    const repository = openRepository(${JSON.stringify(dir)});
    const author = ${JSON.stringify(author)};
    const before = (await repository.log('main')).length;
    for (let n = before + 1; ; n++) {
      const size = n % 7 === 0 ? 60 : 8;
      const files = Object.fromEntries(Array.from({ length: size }, (_, i) => ['steps/s' + i + '.py', 'x'.repeat(5000) + n + i]));
      console.log('begin ' + n);
      await repository.add({ files, message: 'Version ' + n, author, time: n * 1000, branch: 'main', tags: ['v' + n] });
      console.log('end ' + n);
    }`;
  let acknowledged = 0;
  for (let round = 0; round < 100; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    let begun = 0;
    createInterface({ input: child.stdout }).on('line', line => {
      const [word, number] = line.split(' ');
      if (word === 'end') acknowledged = Number(number);
      // Somewhere within the first captures, each round a little later.
      else if (++begun === 1 + (round % 3)) setTimeout(() => child.kill('SIGKILL'), round % 25);
    });
    await once(child, 'close');
    if (round % 10 === 9) expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
    expect((await openRepository(dir).log('main')).length).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(acknowledged).toBeGreaterThan(20);
  const next = (await openRepository(dir).log('main')).length + 1;
  await commit(filesOf('after\n'), 'After', next);
  expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
  expect(git('status', '--short')).toBe('');
  expect(git('rev-parse', `v${next}`)).toBe(git('rev-parse', 'main'));
}, 900_000);
