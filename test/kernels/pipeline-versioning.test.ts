// What makes a version and what number it gets: code, params, schemas, data, packages, secrets, branches.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  blame,
  capture,
  createBranch,
  diffVersions,
  explainChange,
  getVersion,
  listBranches,
  listVersions,
  readSteps,
  restore,
  tagVersion
} from '../../server/contract/pipelines.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => void (app = await startPipelineApp()));
afterAll(() => app.close());

const two = (train: string, load = 'a = 1') =>
  notebookOf([
    { source: load, step: 'load' },
    { source: train, step: 'train' }
  ]);

test('comments, formatting and text make no version, and can still be brought back', async () => {
  const path = 'text.ipynb';
  await app.call(capture, { path, notebook: two('b = a + 1') });
  const written = two('# why\nb = a+1');
  const again = await app.call(capture, { path, notebook: written });
  expect(again).toMatchObject({ created: false, kept: '1.0.1', version: { version: 'v1' } });
  expect((await app.call(readSteps, { path, notebook: written })).edited).toBe(false);
  expect(await app.call(capture, { path, notebook: written })).not.toHaveProperty('kept');
  expect((await app.call(listVersions, { path })).items).toHaveLength(1);
  expect((await app.call(restore, { path, version: 'v1' })).notebook).toEqual(two('b = a + 1'));
  expect((await app.call(restore, { path, version: '1.0.1' })).notebook).toEqual(written);
  expect((await app.call(restore, { path, version: 'latest' })).notebook).toEqual(written);
});

test('semantic versions follow the rule, say why, and can be set', async () => {
  const path = 'semantic.ipynb';
  const take = async (notebook: ReturnType<typeof two>, bump?: 'major') => {
    const { version } = await app.call(capture, { path, notebook, ...(bump ? { bump } : {}) });
    return version.semantic;
  };
  expect(await take(two('b = a + 1'))).toMatchObject({ version: '1.0.0', bump: 'first' });
  expect(await take(two('b = a + 2'))).toMatchObject({
    version: '1.1.0',
    bump: 'minor',
    reason: 'The code of train changed'
  });
  expect(await take(two('c = a + 2'))).toMatchObject({
    version: '2.0.0',
    bump: 'major',
    reason: 'The output b is gone'
  });
  expect(await take(two('c = a + 3'), 'major')).toMatchObject({
    version: '3.0.0',
    bump: 'major',
    ruled: 'minor'
  });
  const { stepVersions } = await app.call(getVersion, { path, version: 'latest' });
  expect(stepVersions['load']!.semantic.version).toBe('1.0.0');
  expect(stepVersions['train']!.semantic).toMatchObject({ version: '2.1.0', bump: 'minor' });
});

test('steps and outputs are decided by themselves, and only those that are there', async () => {
  const path = 'parts.ipynb';
  await app.call(capture, { path, notebook: two('b = a + 1') });
  const bumps = { train: 'major', 'train.b': 'patch' } as const;
  const { version } = await app.call(capture, { path, notebook: two('b = a + 2'), bumps });
  expect(version.semantic).toMatchObject({ version: '1.1.0', bump: 'minor' });
  const { stepVersions, outputVersions } = await app.call(getVersion, { path, version: 'v2' });
  expect(stepVersions['train']!.semantic).toMatchObject({ version: '2.0.0', ruled: 'minor' });
  expect(outputVersions['train.b']!.semantic).toMatchObject({ version: '1.0.1', ruled: 'minor' });
  const stranger = { path, notebook: two('b = a + 2'), bumps: { nothing: 'major' } as const };
  expect(await app.refuse(capture, stranger)).toMatchObject({
    detail: expect.stringContaining('"nothing"'),
    remedy: expect.stringContaining('train.b')
  });
  // Without any other change it is kept all the same.
  const again = { path, notebook: two('b = a + 2'), bumps: { load: 'minor' } as const };
  expect(await app.call(capture, again)).toMatchObject({ created: false, kept: '1.1.1' });
  const latest = await app.call(getVersion, { path, version: 'latest' });
  expect(latest.stepVersions['load']!.semantic.version).toBe('1.1.0');
});

test('only one step is captured when it is asked for', async () => {
  const path = 'one-step.ipynb';
  await app.call(capture, { path, notebook: two('b = a + 1') });
  const now = two('b = a + 2', 'a = 10');
  const { version } = await app.call(capture, { path, notebook: now, step: 'train' });
  expect(version.message).toBe('train changed');
  expect((await app.call(restore, { path, version: 'v2' })).notebook).toEqual(two('b = a + 2'));
  const refused = await app.refuse(capture, { path, notebook: now, step: 'nothing' });
  expect(refused.detail).toContain('no step "nothing"');
});

test('a secret in the source stops a capture with its place; allowed once, it is not asked about again', async () => {
  const path = 'secret.ipynb';
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const notebook = two(`b = a\nkey = "${token}"`);
  const refused = await app.refuse(capture, { path, notebook });
  expect(refused).toMatchObject({ code: 'secret_found', cell: 1, line: 2 });
  expect(JSON.stringify(refused)).not.toContain(token);
  expect((await app.refuse(listVersions, { path })).code).toBe('pipeline_not_found');
  expect((await app.call(capture, { path, notebook, allowSecrets: true })).created).toBe(true);
  expect((await app.call(capture, { path, notebook })).findings).toMatchObject([
    { code: 'secret', cell: 1, line: 2 }
  ]);

  const shown = two('b = a');
  Object.assign(shown.cells[0]!, {
    outputs: [
      { output_type: 'stream', name: 'stdout', text: ['ok\n', `postgres://me:${token}@db/x`] }
    ]
  });
  const { findings } = await app.call(capture, { path: 'shown.ipynb', notebook: shown });
  expect(findings).toMatchObject([{ code: 'secret', cell: 0 }]);
});

test('a run tells the next capture of schemas and data; a lost column is a major change, other rows a patch', async () => {
  const path = 'data.ipynb';
  const notebook = notebookOf([
    { source: 'import pandas as pd\ndf = pd.read_csv("in.csv")', step: 'load' },
    { source: 'df.describe().to_csv("out.csv")\ntotal = int(df["a"].sum())', step: 'use' }
  ]);
  const data = (text: string) => writeFileSync(join(app.folder, 'in.csv'), text);
  const runAndCapture = async (text: string) => {
    data(text);
    const run = await app.run(notebook, { path });
    expect(run.state).toBe('done');
    return app.call(capture, { path, notebook });
  };
  const first = await runAndCapture('a,b\n1,x\n2,y\n');
  expect(first.created).toBe(true);
  const detail = await app.call(getVersion, { path, version: 'v1' });
  expect(detail.environment.map(line => line.split('==')[0])).toEqual(
    expect.arrayContaining(['pandas', 'numpy', 'python-dateutil'])
  );
  expect(detail.outputVersions['load.df']!.schema).toMatchObject({
    type: 'pandas.DataFrame',
    shape: '2 × 2',
    columns: [{ name: 'a', type: 'int64' }, { name: 'b' }]
  });
  expect(detail.datasets).toMatchObject({
    'in.csv': {
      kind: 'raw',
      rows: 2,
      steps: ['load'],
      schema: {
        type: 'csv',
        columns: [
          { name: 'a', type: 'int' },
          { name: 'b', type: 'text' }
        ]
      },
      semantic: { version: '1.0.0' }
    },
    'out.csv': { kind: 'processed', steps: ['use'] }
  });
  expect((await runAndCapture('a,b\n1,x\n2,y\n')).created).toBe(false);

  const more = await runAndCapture('a,b\n1,x\n2,y\n3,z\n');
  expect(more.version).toMatchObject({
    version: 'v2',
    contentId: first.version.contentId,
    semantic: { version: '1.0.1', bump: 'patch', reason: 'The data in in.csv changed' }
  });
  const lost = await runAndCapture('a,c\n1,5\n2,6\n3,7\n');
  expect(lost.version.semantic).toMatchObject({ version: '2.0.0', bump: 'major' });
  expect(lost.version.semantic.reason).toContain('lost column b');
  const diff = await app.call(diffVersions, { path, from: 'v2', to: 'v3' });
  expect(diff.data.map(({ name }) => name)).toContain('in.csv');

  // The same content elsewhere is known to be the same.
  copyFileSync(join(app.folder, 'in.csv'), join(app.folder, 'copy.csv'));
  const copied = notebookOf([
    { source: 'import pandas as pd\ndf = pd.read_csv("copy.csv")', step: 'load' }
  ]);
  await app.run(copied, { path: 'copied.ipynb' });
  await app.call(capture, { path: 'copied.ipynb', notebook: copied });
  const { datasets } = await app.call(getVersion, { path: 'copied.ipynb', version: 'v1' });
  expect(datasets['copy.csv']!.sameAs).toBe(join(app.folder, 'in.csv'));
});

test('why two versions differ is told in the order of likelihood', async () => {
  const path = 'why.ipynb';
  const version = (rounds: number, train: string, lines = '') =>
    notebookOf([
      { source: `rounds = ${rounds}`, tags: ['parameters'] },
      { source: `${lines}a = rounds`, step: 'load' },
      { source: train, step: 'train' }
    ]);
  await app.call(capture, { path, notebook: version(3, 'b = a + 1') });
  await app.call(tagVersion, { path, version: 'latest', name: 'good' });
  await app.call(capture, {
    path,
    notebook: version(5, 'b = a + 2', 'import pandas\n# only a comment\n')
  });
  const { causes } = await app.call(explainChange, { path, from: 'good', to: 'v2' });
  expect(causes.map(({ kind, what }) => [kind, what])).toEqual([
    ['cell', 'load'],
    ['cell', 'train'],
    ['param', 'rounds'],
    ...causes.filter(({ kind }) => kind === 'package').map(({ what }) => ['package', what])
  ]);
  expect(causes.some(({ kind, what }) => kind === 'package' && what === 'pandas')).toBe(true);
  expect(causes.find(({ what }) => what === 'train')!.lines).toEqual(['-b = a + 1', '+b = a + 2']);
  const refused = await app.refuse(tagVersion, { path, version: 'v2', name: 'good' });
  expect(refused).toMatchObject({ code: 'already_exists', detail: expect.stringContaining('v1') });
});

test('each line knows the version that it is from', async () => {
  const path = 'blame.ipynb';
  for (const train of ['b = a\nc = b', 'b = a\nd = 3\nc = b', 'b = a + 1\nd = 3\nc = b'])
    await app.call(capture, { path, notebook: two(train) });
  const { steps } = await app.call(blame, { path, step: 'train' });
  expect(steps[0]!.lines.map(({ text, version }) => [text, version])).toEqual([
    ['b = a + 1', 'v3'],
    ['d = 3', 'v2'],
    ['c = b', 'v1']
  ]);
});

test('lines are followed past comments, on branches, and through versions without their step', async () => {
  const path = 'followed.ipynb';
  const take = (train: string) => app.call(capture, { path, notebook: two(train) });
  await take('b = a\nc = b');
  // No version, but the next one has the comment.
  await take('# why\nb = a\nc = b');
  const linesOf = async (which: { branch?: string; version?: string } = {}) => {
    const { steps } = await app.call(blame, { path, step: 'train', ...which });
    return steps[0]!.lines.map(({ text, version }) => `${version} ${text}`);
  };
  expect(await linesOf()).toEqual(['v1 # why', 'v1 b = a', 'v1 c = b']);
  await take('# why\nb = a\nc = b + 1');
  await app.call(capture, { path, notebook: notebookOf([{ source: 'a = 1', step: 'load' }]) });
  await take('# why\nb = a\nc = b + 4');
  const followed = ['v2 # why', 'v1 b = a', 'v4 c = b + 4'];
  expect(await linesOf()).toEqual(followed);
  expect(await linesOf({ version: 'v1' })).toEqual(['v1 b = a', 'v1 c = b']);
  await app.call(createBranch, { path, name: 'beside' });
  expect(await linesOf({ branch: 'beside' })).toEqual(followed);
});

test('an experiment goes on its own branch, and the main line stays', async () => {
  const path = 'branches.ipynb';
  await app.call(capture, { path, notebook: two('b = a') });
  const { notebook } = await app.call(createBranch, { path, name: 'try-it' });
  Object.assign(notebook.cells[1]!, { source: 'b = a * 100' });
  const tried = await app.call(capture, { path: 'tried.ipynb', notebook });
  expect(tried.version).toMatchObject({ version: 'v2' });
  const which = { path, branch: 'try-it' };
  expect((await app.call(listVersions, which)).items.map(({ version }) => version)).toEqual([
    'v2',
    'v1'
  ]);
  expect((await app.call(listVersions, { path })).items).toHaveLength(1);
  expect((await app.call(listBranches, { path })).items.map(({ branch }) => branch)).toEqual([
    'main',
    'try-it'
  ]);
  expect((await app.refuse(createBranch, { path, name: 'try-it' })).code).toBe('already_exists');
});

test('suggested steps follow headings and what cells do', async () => {
  const notebook = notebookOf(['import os', 'a = 1', 'b = a', 'print(b)', 'c = b']);
  notebook.cells.splice(1, 0, { cell_type: 'markdown', source: '## Load', metadata: {} });
  notebook.cells.splice(4, 0, { cell_type: 'markdown', source: '## Train', metadata: {} });
  const { suggestedSteps } = await app.call(readSteps, { path: 'suggested.ipynb', notebook });
  expect(suggestedSteps).toEqual({ 2: 'load', 3: 'load', 5: 'train', 6: 'train' });
});
