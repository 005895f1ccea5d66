import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRepository } from './repository.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'stepladder-repository-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const git = (...argv: string[]) =>
  execFileSync('git', ['-C', dir, ...argv], { encoding: 'utf8', stdio: 'pipe' });
const files = (text: string) => ({ 'pipeline.json': '{}\n', 'steps/load.py': text });

test('real git finds a sound repository, tags and plain files', async () => {
  const repository = openRepository(dir);
  const first = await repository.add(files('a = 1\n'), 'First', 1_000_000);
  const second = await repository.add(
    { ...files('a = 2\n'), 'steps/more.py': 'b\n' },
    'Second',
    2_000_000
  );
  expect([first?.version, second?.version]).toEqual(['v1', 'v2']);
  expect(git('fsck', '--full', '--strict')).toBe('');
  expect(git('status', '--short')).toBe('');
  expect(git('log', '--format=%D %s').trim().split('\n')).toEqual([
    'HEAD -> main, tag: v2 Second',
    'tag: v1 First'
  ]);
  expect(readFileSync(join(dir, 'steps', 'load.py'), 'utf8')).toBe('a = 2\n');
  expect(git('show', 'v1:steps/load.py')).toBe('a = 1\n');
});

test('the same content is no new version, and has the same id elsewhere and later', async () => {
  const repository = openRepository(dir);
  const first = await repository.add(files('a = 1\n'), 'First', 1_000_000);
  expect(await repository.add(files('a = 1\n'), 'Again', 9_000_000)).toBeUndefined();
  expect(await repository.versions()).toHaveLength(1);
  const other = await openRepository(join(dir, 'other')).add(files('a = 1\n'), 'Else', 5_000_000);
  expect(other?.contentId).toBe(first?.contentId);
});

test('what is gone from a version is gone from the folder, and still in git', async () => {
  const repository = openRepository(dir);
  await repository.add({ ...files('a\n'), 'steps/old.py': 'old\n' }, 'First', 1_000_000);
  const second = await repository.add(files('a\n'), 'Second', 2_000_000);
  expect(git('status', '--short')).toBe('');
  await expect(repository.read(second!.commit, 'steps/old.py')).rejects.toThrow();
  expect(git('show', 'v1:steps/old.py')).toBe('old\n');
});

test('killed in the middle of captures, the repository is sound and goes on', async () => {
  const program = `
    import { openRepository } from ${JSON.stringify(join(import.meta.dirname, 'repository.ts'))};
    const repository = openRepository(${JSON.stringify(dir)});
    for (let n = 0; ; n++) {
      const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => ['steps/s' + i + '.py', 'x'.repeat(5000) + n + i]));
      await repository.add(files, 'Version ' + n, n * 1000);
      console.log(n);
    }`;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    let seen = 0;
    createInterface({ input: child.stdout }).on('line', () => {
      if (++seen === 3 + round) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
    const before = await openRepository(dir).versions();
    expect(before.length).toBeGreaterThanOrEqual(seen);
    await openRepository(dir).add(files(`round ${round}\n`), 'After', 1_000_000);
    expect(await openRepository(dir).versions()).toHaveLength(before.length + 1);
    expect(git('rev-parse', `v${before.length + 1}`)).toBe(git('rev-parse', 'main'));
  }
});
