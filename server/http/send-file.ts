// A file as an answer: whole, or the one part that a Range header asks for.
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** From `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface SentFile {
  /** As it is saved by whoever downloads it. */
  name: string;
  mediaType: string;
  bytes: number;
  open(range?: ByteRange): Promise<Readable>;
}

/** Always as a download: a logged HTML file must not run as a page of this server. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, mediaType, bytes, open }: SentFile
): Promise<FastifyReply> {
  void reply
    // Not `type`, which would add a charset that nobody knows.
    .header('content-type', mediaType)
    .header('content-disposition', contentDisposition(name))
    .header('x-content-type-options', 'nosniff')
    .header('accept-ranges', 'bytes');
  const range = readRange(request.headers.range, bytes);
  if (range === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${bytes}`).send();
  if (range === undefined) return reply.header('content-length', bytes).send(await open());
  const { start, end } = range;
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${bytes}`)
    .header('content-length', end - start + 1)
    .send(await open(range));
}

/** One range is answered; of several, or in another unit, the whole file is, as RFC 9110 allows. */
export function readRange(
  header: string | undefined,
  bytes: number
): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const last = Math.min(Number(to), bytes);
    return last === 0 ? 'unsatisfiable' : { start: bytes - last, end: bytes - 1 };
  }
  const start = Number(from);
  const end = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

/** RFC 6266: a plain name for everyone, the exact one for those that read it. */
function contentDisposition(name: string): string {
  const isToken = /^[\w!#$%&'*+.^`|~-]+$/.test(name);
  if (isToken) return `attachment; filename=${name}`;
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '') || 'download';
  const quoted = `"${plain.replace(/["\\]/g, '\\$&')}"`;
  if (plain === name) return `attachment; filename=${quoted}`;
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  );
  return `attachment; filename=${quoted}; filename*=UTF-8''${exact}`;
}
