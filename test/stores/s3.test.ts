// The suite of artifact stores on S3: moto, and versitygw where there is Go to make it with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artifactStoreSuite } from '../../server/artifacts/artifact-store.suite.ts';
import { createS3ArtifactStore } from '../../server/artifacts/s3-store.ts';
import { startMoto, startVersitygw, type TestS3 } from '../support/s3.ts';

const copies = mkdtempSync(join(tmpdir(), 'stepladder-copies-'));
afterAll(() => rmSync(copies, { recursive: true, force: true }));

const versitygw = await startVersitygw();

describe.each([
  { name: 'moto', start: startMoto },
  ...(versitygw ? [{ name: 'versitygw', start: async () => versitygw }] : [])
])('$name', ({ start }) => {
  let server: TestS3;
  beforeAll(async () => void (server = await start()), 600_000);
  afterAll(() => server.stop());

  const open = (address = server.freshAddress(), change: object = {}) =>
    createS3ArtifactStore(address, { ...server.settings, ...change }, copies);

  describe('as every store', () => artifactStoreSuite(() => open()));

  test('two stores of one bucket keep to their prefixes', async () => {
    const [one, other] = [open(), open()];
    await one.put('a', Buffer.from('one'));
    await other.put('a', Buffer.from('other'));
    expect(await text((await one.get('a')).content)).toBe('one');
    await one.delete('a');
    expect(await text((await other.get('a')).content)).toBe('other');
  });

  test('a folder of more files than one page lists', async () => {
    const store = open();
    const names = Array.from({ length: 1005 }, (_, index) => `f${String(index).padStart(4, '0')}`);
    for (let from = 0; from < names.length; from += 50) {
      const some = names.slice(from, from + 50);
      await Promise.all(some.map(name => store.put(`many/${name}`, Buffer.from('x'))));
    }
    expect((await store.list('many')).map(({ name }) => name)).toEqual(names);
    await store.delete('many');
    expect(await store.list('many')).toEqual([]);
  });

  test('a wrong key, a missing bucket, and a storage that is away are said in words', async () => {
    const put = (store: ReturnType<typeof open>) => store.put('a', Buffer.from('x'));
    await expect(put(open('s3://not-there/x'))).rejects.toMatchObject({
      problem: { code: 'storage_unavailable', detail: expect.stringContaining('NoSuchBucket') }
    });
    const away = open(undefined, { endpoint: 'http://127.0.0.1:9' });
    await expect(put(away)).rejects.toMatchObject({
      problem: { code: 'storage_unavailable', detail: expect.stringContaining('does not answer') }
    });
  });
});

test.runIf(versitygw)('a wrong secret is refused in words that do not hold it', async () => {
  const server = (await startVersitygw())!;
  const settings = { ...server.settings, secretAccessKey: 'wrong-secret' };
  const store = createS3ArtifactStore(server.freshAddress(), settings, copies);
  const refused = await store.put('a', Buffer.from('x')).catch((error: unknown) => error);
  expect(refused).toMatchObject({ problem: { code: 'storage_unavailable' } });
  expect(JSON.stringify(refused)).not.toContain('wrong-secret');
  await server.stop();
});
