// Git objects written by ourselves, for speed and safety: everything of one version reaches the disk whole before anything names it.
// A first version of many files is one pack (two files to make safe, not two hundred); a small change is a few loose objects.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

type Type = 'commit' | 'tree' | 'blob';

export interface GitObject {
  oid: string;
  type: Type;
  content: Buffer;
}

export function gitObject(type: Type, content: Buffer): GitObject {
  const oid = createHash('sha1').update(header(type, content)).update(content).digest('hex');
  return { oid, type, content };
}

const header = (type: Type, content: Buffer) => `${type} ${content.length}\0`;

/** More new objects than this at once become a pack. */
const LOOSE = 32;

/** @param folder the repository's `.git` */
export async function writeObjects(folder: string, objects: GitObject[]): Promise<void> {
  const objectsFolder = join(folder, 'objects');
  const fresh = [...new Map(objects.map(object => [object.oid, object])).values()].filter(
    ({ oid }) => !existsSync(join(objectsFolder, oid.slice(0, 2), oid.slice(2)))
  );
  if (fresh.length === 0) return;
  if (fresh.length > LOOSE) return writePack(join(objectsFolder, 'pack'), fresh);
  await Promise.all(
    fresh.map(({ oid, type, content }) =>
      writeSafely(
        join(objectsFolder, oid.slice(0, 2), oid.slice(2)),
        deflateSync(Buffer.concat([Buffer.from(header(type, content)), content]))
      )
    )
  );
}

/** Whole and on the disk, or not there. What a killed process leaves has a name that git knows to pass over. */
export async function writeSafely(path: string, data: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = join(dirname(path), `tmp_obj_${randomUUID()}`);
  const file = await open(partial, 'w', 0o444);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

const TYPES: Record<Type, number> = { commit: 1, tree: 2, blob: 3 };

async function writePack(folder: string, objects: GitObject[]): Promise<void> {
  const sorted = objects.toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
  const parts: Buffer[] = [Buffer.concat([Buffer.from('PACK'), words(2, sorted.length)])];
  const entries: { oid: string; offset: number; crc: number }[] = [];
  let offset = parts[0]!.length;
  for (const { oid, type, content } of sorted) {
    const entry = Buffer.concat([packHeader(TYPES[type], content.length), deflateSync(content)]);
    entries.push({ oid, offset, crc: crc32(entry) });
    parts.push(entry);
    offset += entry.length;
  }
  const body = Buffer.concat(parts);
  const checksum = sha1(body);
  const name = createHash('sha1');
  for (const { oid } of sorted) name.update(oid);
  const path = join(folder, `pack-${name.digest('hex')}`);
  // A pack without its index is not seen by anybody, so the index comes last.
  await writeSafely(`${path}.pack`, Buffer.concat([body, checksum]));
  await writeSafely(`${path}.idx`, packIndex(entries, checksum));
}

/** Three bits of type and a size of as many sevens of bits as it takes. */
function packHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (type << 4) | (size & 15);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, byte]);
}

/** Version 2 of the index: how many objects up to each first byte, then ids, checksums and offsets. */
function packIndex(
  entries: { oid: string; offset: number; crc: number }[],
  packChecksum: Buffer
): Buffer {
  const counts = new Array<number>(256).fill(0);
  for (const { oid } of entries) counts[parseInt(oid.slice(0, 2), 16)]! += 1;
  let sum = 0;
  const fanout = counts.map(count => (sum += count));
  const body = Buffer.concat([
    Buffer.from([0xff, 0x74, 0x4f, 0x63]),
    words(2, ...fanout),
    Buffer.from(entries.map(({ oid }) => oid).join(''), 'hex'),
    words(...entries.map(({ crc }) => crc)),
    words(...entries.map(({ offset }) => offset)),
    packChecksum
  ]);
  return Buffer.concat([body, sha1(body)]);
}

export function words(...numbers: number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, at) => buffer.writeUInt32BE(number, at * 4));
  return buffer;
}

export const sha1 = (data: Buffer): Buffer => createHash('sha1').update(data).digest();
