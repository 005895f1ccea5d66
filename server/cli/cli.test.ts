// The command line as a program: exit codes, words, and what it leaves behind.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stepladder-cli-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stepladder(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const all = [MAIN, '--data', join(folder, 'data'), ...args];
  return new Promise(resolve =>
    execFile(process.execPath, all, { cwd: folder }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err })
    )
  );
}

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const code = (source: string, metadata = {}) => ({
  cell_type: 'code',
  id: source.length.toString(),
  metadata,
  source,
  outputs: [],
  execution_count: null
});
const notebook = (...sources: string[]) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: sources.map(source => code(source))
});

describe('a call that is wrong ends with 2 and says what would be right', () => {
  const faults: [string, () => string[], RegExp][] = [
    ['an unknown command', () => ['bogus'], /unknown command 'bogus'/],
    ['a missing argument', () => ['run'], /missing required argument 'notebook'/],
    ['a notebook that is not there', () => ['run', 'nowhere.ipynb'], /no file "nowhere\.ipynb"/],
    ['an empty file', () => ['run', write('empty.ipynb', '')], /is empty/],
    ['a file that is not JSON', () => ['capture', write('text.ipynb', 'x = 1')], /not JSON/],
    [
      'JSON that is no notebook',
      () => ['analyze', write('other.ipynb', { a: 1 })],
      /is not a notebook: "cells"/
    ],
    ['a folder', () => ['versions', folder], /is a folder/],
    [
      'an old notebook',
      () => ['run', write('old.ipynb', { ...notebook('x = 1'), nbformat: 3 })],
      /format 3/
    ],
    [
      'a param that is no pair',
      () => ['run', write('p.ipynb', notebook('x = 1')), '-p', 'x'],
      /not of the form name=value/
    ],
    [
      'no auth beyond this machine',
      () => ['serve', '--auth', 'none', '--host', '0.0.0.0'],
      /--auth none is only for this machine/
    ],
    ['a port that is none', () => ['serve', '--port', '99999'], /port/]
  ];
  test.each(faults)('%s', async (_, args, words) => {
    const { code, err } = await stepladder(...args());
    expect(err).toMatch(words);
    expect(code).toBe(2);
  });
});

test('analyze --json prints one line a notebook, in the order given, and goes on after a bad one', async () => {
  const good = write('good.ipynb', notebook('x = 1', 'y = x + 1'));
  const bad = write('bad.ipynb', '[]');
  const { code, out } = await stepladder('analyze', good, bad, good, '--json');
  const lines = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { notebook: string; error?: object; edges?: object[] });
  expect(lines.map(line => line.notebook)).toEqual([good, bad, good]);
  expect(lines[0]!.edges).toMatchObject([
    { from: 0, to: 1, kind: 'value', names: ['x'], certainty: 'must' }
  ]);
  expect(lines[1]!.error).toMatchObject({ code: 'invalid_notebook' });
  expect(code).toBe(2);
});

test('a data folder that cannot be used is named with its remedy, and nothing is left', async () => {
  const file = write('a-file', '');
  const { code, err } = await stepladder('--data', join(file, 'data'), 'runs');
  expect(err).toMatch(/cannot be used/);
  expect(err).toMatch(/--data/);
  expect(code).toBe(1);
  expect(readdirSync(folder)).toContain('a-file');
});

test('compare says what differs between runs, by id or name, and refuses what is no run', async () => {
  const nowhere = await stepladder('compare', 'one', 'two');
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('no run "one"') });
  const alone = await stepladder('compare', 'one');
  expect(alone.code).toBe(2);

  const program = write('fit.ipynb', notebook('rate = 0.1', 'total = rate * 2'));
  const first = await stepladder('run', program, '--json');
  expect(first.code).toBe(0);
  write('fit.ipynb', notebook('rate = 0.1', 'total = rate * 3'));
  expect((await stepladder('run', program, '--json')).code).toBe(0);
  const { out } = await stepladder('runs', '--json');
  const [newest, oldest] = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { runId: string; name: string })
    .slice(0, 2);
  const compared = await stepladder('compare', oldest!.name, newest!.runId, '--json');
  expect(compared.code).toBe(0);
  const { runs, cells } = JSON.parse(compared.out) as {
    runs: { runId: string }[];
    cells: { changes: { lines: string[] }[] }[];
  };
  expect(runs.map(({ runId }) => runId)).toEqual([oldest!.runId, newest!.runId]);
  expect(cells.flatMap(({ changes }) => changes[0]!.lines)).toEqual(
    expect.arrayContaining(['-total = rate * 2', '+total = rate * 3'])
  );
  expect((await stepladder('compare', oldest!.runId, newest!.runId)).out).toMatch(
    /\+total = rate \* 3/
  );
}, 120_000);
