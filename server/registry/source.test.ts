import { describe, expect, test } from 'vitest';
import { type Places, resolveSource, type SourceAsked } from './source.ts';

const ROOT = 'mlflow-artifacts:/1/run1/artifacts';
const LOCAL_PATH = '/files/1/local/artifacts';
const LOCAL = `file://${LOCAL_PATH}`;
const MODEL = 'mlflow-artifacts:/1/models/m-1/artifacts';
const places: Places = {
  runRoot: async runId => ({ run1: ROOT, local: LOCAL })[runId],
  loggedModel: async modelId =>
    modelId === 'm-1' ? { location: MODEL, runId: 'run1' } : undefined,
  modelOfRun: async (_runId, name) =>
    name === 'model' ? { location: MODEL, modelId: 'm-1' } : undefined,
  version: async () => ({ source: 'models:/m-1', location: MODEL, runId: 'run1', modelId: 'm-1' })
};
const resolve = (asked: SourceAsked) => resolveSource(asked, places);

describe('a source that is ours is resolved to its place', () => {
  test.each([
    [{ source: 'models:/m-1', modelId: 'm-1' }, MODEL],
    [{ source: 'models:/delays/1' }, MODEL],
    [{ source: 'models:/delays@champion' }, MODEL],
    [{ source: 'runs:/run1/model', runId: 'run1' }, MODEL],
    [{ source: 'runs:/run1/plain/files', runId: 'run1' }, `${ROOT}/plain/files`],
    [{ source: `${ROOT}/files`, runId: 'run1' }, `${ROOT}/files`],
    [{ source: MODEL, modelId: 'm-1' }, MODEL],
    [
      { source: 'mlflow-artifacts://host:5000/1/run1/artifacts/files', runId: 'run1' },
      `${ROOT}/files`
    ],
    [{ source: 'runs:/other/model', runId: 'other' }, 'runs:/other/model'],
    [{ source: 's3://bucket/model' }, 's3://bucket/model'],
    [{ source: '/files/1/local/artifacts/model', runId: 'local' }, `${LOCAL_PATH}/model`],
    [{ source: `${LOCAL}/model`, runId: 'local' }, `${LOCAL}/model`],
    [{ source: LOCAL, runId: 'local' }, LOCAL]
  ])('%o', async (asked, location) => {
    expect(await resolve(asked)).toMatchObject({ source: asked.source, location });
  });

  test.each([`${LOCAL}/.`, `${LOCAL}/model/..`, `${LOCAL}/`])(
    '%s is the folder itself',
    async source => {
      expect((await resolve({ source, runId: 'local' })).location).toBe(LOCAL);
    }
  );

  test('with the run that the model came from', async () => {
    expect(await resolve({ source: 'models:/m-1', modelId: 'm-1' })).toMatchObject({
      runId: 'run1'
    });
    expect(await resolve({ source: 'models:/delays/1' })).toMatchObject({
      runId: 'run1',
      modelId: 'm-1'
    });
  });
});

test('a path of another machine is no local one', async () => {
  await expect(resolve({ source: `file://host${LOCAL_PATH}`, runId: 'local' })).rejects.toThrow(
    'is not a valid remote uri'
  );
});

describe('anything else is refused', () => {
  test.each([
    { source: '/etc/passwd' },
    { source: 'relative/path', runId: 'run1' },
    { source: 'file:///etc', runId: 'run1' },
    { source: 'C:\\models', runId: 'run1' },
    { source: LOCAL },
    { source: '/files/1/local', runId: 'local' },
    { source: `${LOCAL}-other`, runId: 'local' },
    { source: `${LOCAL}/../../x`, runId: 'local' },
    { source: `${LOCAL}/%2e%2e/x`, runId: 'local' },
    { source: LOCAL_PATH, runId: 'run1' },
    { source: `${ROOT}/../../../etc`, runId: 'run1' },
    { source: `${ROOT}/%2e%2e/etc`, runId: 'run1' },
    { source: `${ROOT}/%25252e%25252e/etc`, runId: 'run1' },
    { source: `${ROOT}-other/files`, runId: 'run1' },
    { source: `${ROOT}/files` },
    { source: `${ROOT}/files#part`, runId: 'run1' },
    { source: 'mlflow-artifacts:/1/run2/artifacts/files', runId: 'run2' },
    { source: 'runs:/run1/model' },
    { source: 'runs:/run1/model', runId: 'other' },
    { source: 'models:/m-1' },
    { source: 'models:/m-2', modelId: 'm-2' },
    { source: 'models:/delays/1', runId: 'other' },
    { source: 'models://host/delays/1' }
  ])('%o', async asked => {
    await expect(resolve(asked)).rejects.toThrow(/Invalid model version source/);
  });
});
