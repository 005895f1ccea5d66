import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRange, sendFile } from './send-file.ts';

const CONTENT = Buffer.from('0123456789');

let app: FastifyInstance;
beforeEach(() => {
  app = Fastify();
  app.get<{ Params: { name: string } }>('/:name', (request, reply) =>
    sendFile(request, reply, {
      name: request.params.name,
      mediaType: 'text/html',
      bytes: CONTENT.length,
      open: async range =>
        Readable.from([range ? CONTENT.subarray(range.start, range.end + 1) : CONTENT])
    })
  );
});
afterEach(() => app.close());

const get = (range?: string, name = 'a.html') =>
  app.inject({ url: `/${encodeURIComponent(name)}`, headers: range ? { range } : {} });

test('a file is always a download, with its own type and nothing guessed', async () => {
  const { headers, body, statusCode } = await get();
  expect([statusCode, body]).toEqual([200, '0123456789']);
  expect(headers).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': 'attachment; filename=a.html',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'content-length': '10'
  });
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=8-', '89', 'bytes 8-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=4-400', '456789', 'bytes 4-9/10']
])('%s is that part', async (range, body, said) => {
  const answer = await get(range);
  expect([answer.statusCode, answer.body]).toEqual([206, body]);
  expect(answer.headers).toMatchObject({
    'content-range': said,
    'content-length': String(body.length)
  });
});

test('a part beyond the end is said to be none, with the size', async () => {
  const answer = await get('bytes=10-12');
  expect(answer.statusCode).toBe(416);
  expect(answer.headers['content-range']).toBe('bytes */10');
});

test.each(['bytes=5-2', 'bytes=-', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b'])(
  '%s is no range that is spoken: the whole file',
  async range => {
    expect((await get(range)).statusCode).toBe(200);
  }
);

test('of an empty file no part can be had', () => {
  expect(readRange('bytes=0-0', 0)).toBe('unsatisfiable');
  expect(readRange('bytes=-1', 0)).toBe('unsatisfiable');
});

test.each([
  ['a b.txt', 'attachment; filename="a b.txt"'],
  ['a"b.txt', 'attachment; filename="a\\"b.txt"'],
  ['caf\u00e9.txt', 'attachment; filename="cafe.txt"; filename*=UTF-8\'\'caf%C3%A9.txt'],
  ['\u65e5\u672c', 'attachment; filename="download"; filename*=UTF-8\'\'%E6%97%A5%E6%9C%AC']
])('%s travels in a header', async (name, disposition) => {
  expect((await get(undefined, name)).headers['content-disposition']).toBe(disposition);
});
