import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findData, readConfig } from './config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-config-'));
  mkdirSync(join(folder, 'project', '.stepladder'), { recursive: true });
  mkdirSync(join(folder, 'project', 'deep', 'er'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the data folder is the nearest .stepladder above, else the one of the user', () => {
  expect(findData(join(folder, 'project', 'deep', 'er'), {})).toBe(
    join(folder, 'project', '.stepladder')
  );
  expect(findData(folder, { XDG_DATA_HOME: '/x' })).toBe('/x/stepladder');
  expect(findData(folder, {})).toBe(join(homedir(), '.local/share/stepladder'));
});

test('flags win over the environment, the environment over defaults', () => {
  const environment = { STEPLADDER_PORT: '5001', STEPLADDER_DATA: 'from-environment' };
  expect(readConfig({}, environment, folder)).toMatchObject({
    port: 5001,
    host: '127.0.0.1',
    data: join(folder, 'from-environment')
  });
  expect(readConfig({ port: '5002', data: 'from-flag' }, environment, folder)).toMatchObject({
    port: 5002,
    data: join(folder, 'from-flag')
  });
});

test('all faults are reported at once', () => {
  expect(() => readConfig({ port: 'many', auth: 'maybe', token: 'short' }, {}, folder)).toThrow(
    /port.*token.*auth/s
  );
});

test('artifacts are kept in the data folder, behind the proxy, unless said otherwise', () => {
  expect(readConfig({ data: 'here' }, {}, folder).artifacts).toEqual({
    destination: join(folder, 'here', 'artifacts'),
    root: 'mlflow-artifacts:/'
  });
  expect(
    readConfig(
      { artifactsDestination: 'files', defaultArtifactRoot: 'file:///somewhere' },
      { STEPLADDER_ARTIFACTS_DESTINATION: '/not/this' },
      folder
    ).artifacts
  ).toEqual({ destination: join(folder, 'files'), root: 'file:///somewhere' });
});

test('a database is a URL of PostgreSQL, by flag or environment', () => {
  const url = 'postgres://me:secret@db.example.org:5432/runs';
  expect(readConfig({}, {}, folder).database).toBeUndefined();
  expect(readConfig({}, { STEPLADDER_DATABASE: url }, folder).database).toBe(url);
  expect(readConfig({ database: url }, { STEPLADDER_DATABASE: 'x' }, folder).database).toBe(url);
  for (const database of ['mysql://me:secret@db/runs', 'runs.db', 'postgres://']) {
    expect(() => readConfig({ database }, {}, folder), database).toThrow(
      /database: must be postgres/
    );
    expect(() => readConfig({ database }, {}, folder), database).not.toThrow(/secret/);
  }
});

test('auth none is refused on anything but this machine', () => {
  for (const host of ['0.0.0.0', '192.168.1.2', 'example.org', '128.0.0.1']) {
    expect(() => readConfig({ auth: 'none', host }, {}, folder), host).toThrow(
      /only for this machine/
    );
  }
  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    expect(readConfig({ auth: 'none', host }, {}, folder).auth).toBe('none');
  }
});

test('a server that a kernel starts has the token alone, not whose session speaks', () => {
  const environment = { STEPLADDER_TOKEN: 'a-token-of-the-test-only.kernel-1' };
  expect(readConfig({}, environment, folder).token).toBe('a-token-of-the-test-only');
});
