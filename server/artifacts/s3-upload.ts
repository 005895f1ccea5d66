// Streams into a bucket: small files in one request, large ones in parts, a few at a time, so that memory stays flat.
import type { Readable } from 'node:stream';
import { problem } from '../contract/problem.ts';
import type { PartStore } from './artifact-store.ts';
import type { S3Client } from './s3-client.ts';
import { textOf } from './s3-listing.ts';

const MIB = 1024 * 1024;
/** S3 takes 10,000 parts: they grow with the file, up to 5 TB. */
const sizeOfPart = (part: number): number => (8 + 8 * Math.floor(part / 1000) ** 2) * MIB;
const AT_ONCE = 3;

type Bytes = Uint8Array<ArrayBuffer>;

export async function upload(
  client: S3Client,
  key: string,
  content: Readable | Uint8Array
): Promise<number> {
  const pieces = content instanceof Uint8Array ? [content] : content;
  let bytes = 0;
  let session: string | undefined;
  const etags: string[] = [];
  const underWay = new Set<Promise<void>>();

  async function send(part: number, body: Bytes): Promise<void> {
    etags[part - 1] = await putPart(client, key, session!, part, body);
  }
  try {
    for await (const { part, body, isLast } of inParts(pieces)) {
      bytes += body.length;
      if (part === 1 && isLast) {
        await client.send({ method: 'PUT', key, body });
        return bytes;
      }
      session ??= await begin(client, key);
      const sending = send(part, body).finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (underWay.size >= AT_ONCE) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    await complete(client, key, session!, etags);
    return bytes;
  } catch (error) {
    await Promise.allSettled(underWay);
    if (session !== undefined) await drop(client, key, session).catch(() => {});
    throw error;
  }
}

interface Part {
  part: number;
  body: Bytes;
  isLast: boolean;
}

async function* inParts(pieces: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Part> {
  let held: Buffer[] = [];
  let size = 0;
  let part = 1;
  for await (const piece of pieces) {
    let rest = typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer);
    // One more byte than a part shows that it is not the last.
    while (size + rest.length > sizeOfPart(part)) {
      const room = sizeOfPart(part) - size;
      yield { part, body: Buffer.concat([...held, rest.subarray(0, room)]), isLast: false };
      part += 1;
      [held, size, rest] = [[], 0, rest.subarray(room)];
    }
    held.push(rest);
    size += rest.length;
  }
  yield { part, body: Buffer.concat(held), isLast: true };
}

async function begin(client: S3Client, key: string): Promise<string> {
  const answer = await client.send({ method: 'POST', key, query: { uploads: '' } });
  return textOf(await answer.text(), 'UploadId');
}

async function putPart(
  client: S3Client,
  key: string,
  session: string,
  part: number,
  body: Bytes
): Promise<string> {
  const query = { partNumber: String(part), uploadId: session };
  const answer = await client.send({ method: 'PUT', key, query, body });
  if (answer.status === 404) throw problem('not_found', `There is no such upload of "${key}"`);
  return (answer.headers.get('etag') ?? '').replace(/^"(.*)"$/, '$1');
}

/** The only moment at which the file comes to be seen. */
async function complete(
  client: S3Client,
  key: string,
  session: string,
  etags: readonly string[]
): Promise<void> {
  const parts = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>&quot;${escape(etag)}&quot;</ETag></Part>`
  );
  const answer = await client.send({
    method: 'POST',
    key,
    query: { uploadId: session },
    body: Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  });
  // It begins to answer before it knows: a failure may come with status 200.
  const said = await answer.text();
  if (!answer.ok || said.includes('<Error>'))
    throw problem('invalid_request', `"${key}" cannot be put together: ${textOf(said, 'Code')}`);
}

async function drop(client: S3Client, key: string, session: string): Promise<void> {
  await client.send({ method: 'DELETE', key, query: { uploadId: session } });
}

const escape = (text: string): string =>
  text.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`);

/** S3's own parts. An id may hold what an address must not: it travels encoded. */
export function createS3Parts(client: S3Client, keyOf: (path: string) => string): PartStore {
  const encode = (session: string) => Buffer.from(session).toString('base64url');
  const decode = (upload: string) => Buffer.from(upload, 'base64url').toString();
  return {
    begin: async path => encode(await begin(client, keyOf(path))),
    async put(path, upload, part, content) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece as Buffer);
      return putPart(client, keyOf(path), decode(upload), part, Buffer.concat(pieces));
    },
    async join(path, upload, parts) {
      const etags: string[] = [];
      for (const { part, etag } of parts) etags[part - 1] = etag;
      for (let part = 1; part <= etags.length; part += 1) {
        if (etags[part - 1] === undefined)
          throw problem('invalid_request', `Part ${part} of "${path}" is not there`);
      }
      await complete(client, keyOf(path), decode(upload), etags);
    },
    drop: (path, upload) => drop(client, keyOf(path), decode(upload))
  };
}
