// Captures on a disk that is full: refused in words, and nothing that was there is lost.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, listVersions, restore } from '../../server/contract/pipelines.ts';
import { canMount, fill, mountSmall, unmount } from '../support/tmpfs.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

describe.runIf(canMount())('on a file system of 32 MB', () => {
  let folder: string;
  let app: PipelineApp;
  beforeAll(async () => {
    folder = mountSmall('32m');
    app = await startPipelineApp(folder);
  });
  afterAll(async () => {
    await app.close();
    unmount(folder);
  });

  test('a full disk refuses a capture and says what to do; with room again it goes on', async () => {
    const path = 'full.ipynb';
    const large = (mark: number) =>
      notebookOf([{ source: `a = ${mark}\ntext = "${'x'.repeat(50_000)}"`, step: 'one' }]);
    const { pipelineId } = await app.call(capture, { path, notebook: large(1) });
    const ours = join(app.data, 'pipelines', pipelineId);
    const fsck = () =>
      execFileSync('git', ['-C', ours, 'fsck', '--full', '--strict', '--no-dangling'], {
        encoding: 'utf8',
        stdio: 'pipe'
      });

    const ballast = fill(folder, 0);
    const refused = await app.refuse(capture, { path, notebook: large(2) });
    expect(refused).toMatchObject({
      code: 'storage_unavailable',
      detail: expect.stringContaining('full'),
      remedy: expect.stringMatching(/room/i)
    });
    expect(fsck()).toBe('');
    // What is there can be read and brought back from a full disk.
    expect((await app.call(listVersions, { path })).items).toHaveLength(1);
    expect((await app.call(restore, { path, version: 'v1' })).notebook).toEqual(large(1));
    // A notebook that was never captured leaves nothing behind.
    const first = await app.refuse(capture, { path: 'new.ipynb', notebook: large(3) });
    expect(first.code).toBe('storage_unavailable');

    rmSync(ballast);
    const again = await app.call(capture, { path, notebook: large(2) });
    expect(again).toMatchObject({ created: true, version: { version: 'v2' } });
    expect(await app.call(capture, { path: 'new.ipynb', notebook: large(3) })).toMatchObject({
      version: { version: 'v1' }
    });
    expect(fsck()).toBe('');
  });
});
