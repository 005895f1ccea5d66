// Versions sent to a real git server and fetched on another machine, with a token, and what is said where both went on.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  capture,
  listVersions,
  pull,
  push,
  restore,
  tagVersion
} from '../../server/contract/pipelines.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

const TOKEN = 'a-token-for-git';
let folder: string;
let server: GitServer;
let here: PipelineApp;
let there: PipelineApp;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-remote-'));
  server = await startGitServer(folder, TOKEN, ['project', 'shared']);
  [here, there] = await Promise.all([startPipelineApp(), startPipelineApp()]);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close(), server.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const path = 'flow.ipynb';
const version = (number: number) =>
  notebookOf([
    { source: `a = ${number}`, step: 'load' },
    { source: 'b = a', step: 'use' }
  ]);
const messages = async (app: PipelineApp) =>
  (await app.call(listVersions, { path })).items.map(({ version, message }) => [version, message]);

test('a second machine gets the versions, with the same ids, and goes on from them', async () => {
  const url = server.url('project');
  for (const number of [1, 2, 3])
    await here.call(capture, { path, notebook: version(number), message: `Version ${number}` });
  await here.call(tagVersion, { path, version: 'v2', name: 'good' });
  expect(await here.call(push, { path, url, token: TOKEN })).toMatchObject({
    sent: 3,
    remoteBranch: 'stepladder/flow'
  });
  expect(server.git('project', 'fsck', '--full', '--strict')).toBe('');
  expect(server.git('project', 'log', '--format=%s', 'stepladder/flow').trim().split('\n')).toEqual(
    ['Version 3', 'Version 2', 'Version 1']
  );
  expect(server.git('project', 'show', 'stepladder/flow:steps/load.py')).toBe('a = 3\n');
  expect(server.git('project', 'tag', '--list')).toContain('stepladder/flow/good');

  const pulled = await there.call(pull, { path, url, token: TOKEN });
  expect(pulled).toMatchObject({ received: 3, newest: { version: 'v3' } });
  expect(await messages(there)).toEqual(await messages(here));
  const ids = async (app: PipelineApp) =>
    (await app.call(listVersions, { path })).items.map(({ contentId, commit }) => [
      contentId,
      commit
    ]);
  expect(await ids(there)).toEqual(await ids(here));
  expect((await there.call(restore, { path, version: 'v2' })).notebook).toEqual(version(2));
  // What was pulled is the same content: nothing new to capture.
  expect(await there.call(capture, { path, notebook: version(3) })).toMatchObject({
    created: false
  });

  await there.call(capture, { path, notebook: version(4), message: 'Theirs' });
  expect((await there.call(push, { path, token: TOKEN })).sent).toBe(1);
  expect((await here.call(pull, { path, token: TOKEN })).received).toBe(1);
  expect((await messages(here))[0]).toEqual(['v4', 'Theirs']);
  expect((await here.call(push, { path, token: TOKEN })).sent).toBe(0);
});

test('where both went on, it is said, and both can be kept', async () => {
  await here.call(capture, { path, notebook: version(50), message: 'Mine' });
  await there.call(capture, { path, notebook: version(60), message: 'Other' });
  await there.call(push, { path, token: TOKEN });
  expect(await here.refuse(push, { path, token: TOKEN })).toMatchObject({
    code: 'versions_diverged',
    remedy: expect.stringContaining('Pull')
  });
  const refused = await here.refuse(pull, { path, token: TOKEN });
  expect(refused.code).toBe('versions_diverged');
  expect(refused.detail).toContain('1 version there, 1 version here ("Mine")');
  expect((await messages(here))[0]).toEqual(['v5', 'Mine']);

  await here.call(pull, { path, token: TOKEN, keep: 'both' });
  expect((await messages(here)).slice(0, 3)).toEqual([
    ['v6', 'Mine'],
    ['v5', 'Other'],
    ['v4', 'Theirs']
  ]);
  expect((await here.call(push, { path, token: TOKEN })).sent).toBe(1);
  expect(server.git('project', 'fsck', '--full', '--strict')).toBe('');
});

test('a token that is missing or wrong, and what is no repository, are told apart; the token is kept nowhere', async () => {
  const url = server.url('shared');
  await here.call(capture, { path: 'other.ipynb', notebook: version(1) });
  const refusal = (more: { url: string; token?: string }) =>
    here.refuse(push, { path: 'other.ipynb', ...more });
  expect((await refusal({ url })).detail).toContain('asks for a token');
  expect((await refusal({ url, token: 'wrong' })).detail).toContain('did not accept the token');
  expect((await refusal({ url: server.url('missing'), token: TOKEN })).detail).toContain(
    'There is no repository'
  );
  expect((await refusal({ url: 'ssh://git@host/x' })).detail).toContain('http and https');
  expect((await refusal({ url: 'http://127.0.0.1:9/x.git' })).detail).toContain(
    'did not take part'
  );
  const withToken = url.replace('http://', `http://me:${TOKEN}@`);
  const sent = await here.call(push, { path: 'other.ipynb', url: withToken });
  expect(sent).toMatchObject({ sent: 1, url });
  const { pipelineId } = await here.call(listVersions, { path: 'other.ipynb' });
  const config = readFileSync(join(here.data, 'pipelines', pipelineId, '.git/config'), 'utf8');
  expect(config).toContain(url);
  expect(config).not.toContain(TOKEN);

  const nothing = await there.refuse(pull, { path: 'never.ipynb', url, token: TOKEN });
  expect(nothing.detail).toContain('has no branch "stepladder/never"');
  expect((await there.refuse(listVersions, { path: 'never.ipynb' })).code).toBe(
    'pipeline_not_found'
  );
});
