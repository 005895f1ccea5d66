import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifactPlaces } from './artifact-places.ts';

const PROXIED_ROOT = 'mlflow-artifacts:/';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (root: string, uri: string) =>
  createArtifactPlaces({ destination: join(folder, 'proxied'), root }).find(uri)?.path;

test.each([
  ['mlflow-artifacts:/1/run/artifacts', '1/run/artifacts'],
  ['mlflow-artifacts:/1/run/artifacts/', '1/run/artifacts'],
  ['mlflow-artifacts://server:5000/1/run', '1/run'],
  ['mlflow-artifacts:/', '']
])('%s is what the proxy keeps as "%s"', (uri, path) => {
  expect(pathOf(PROXIED_ROOT, uri)).toBe(path);
});

test('below the root that the server was started with, addresses and paths are opened alike', async () => {
  const root = join(folder, 'direct');
  const places = createArtifactPlaces({
    destination: join(folder, 'proxied'),
    root: pathToFileURL(root).href
  });
  expect(places.locationOf(3)).toBe(`${pathToFileURL(root).href}/3`);
  await places.find(`${places.locationOf(3)}/a`)!.store.put('3/a', Buffer.from('x'));
  for (const uri of [`${root}/3`, `${pathToFileURL(root).href}/3/`]) {
    const place = places.find(uri)!;
    expect(await place.store.list(place.path)).toEqual([{ name: 'a', isFolder: false, bytes: 1 }]);
  }
});

test('an MLflow proxy as the root is this server’s own', async () => {
  const root = 'http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts';
  const places = createArtifactPlaces({ destination: join(folder, 'proxied'), root });
  const place = places.find(`${places.locationOf(1)}/run/artifacts`)!;
  expect(place).toEqual({ store: places.proxied, path: '1/run/artifacts' });
});

test('an address of another machine is no place, and no fault', () => {
  expect(pathOf('mlflow-artifacts:/', 'file://host/share')).toBeUndefined();
  expect(pathOf(pathToFileURL(join(folder, 'direct')).href, 'file://host/share')).toBeUndefined();
});

test('no other place is opened, however it is spelled', () => {
  writeFileSync(join(folder, 'secret'), 'x');
  const root = pathToFileURL(join(folder, 'direct')).href;
  for (const uri of [
    '/etc',
    'file:///etc',
    pathToFileURL(join(folder, 'secret')).href,
    `${root}-other/1`,
    `${root}/../secret`,
    's3://bucket/1'
  ]) {
    expect(pathOf(root, uri), uri).toBeUndefined();
  }
});

test('a root of another kind is refused with what would be right', () => {
  expect(() =>
    createArtifactPlaces({ destination: 'ftp://host/files', root: PROXIED_ROOT })
  ).toThrow('Artifacts cannot be kept at "ftp://host/files"');
});
