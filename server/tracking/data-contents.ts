// What was in the files that cells read and wrote. The server reads them after the cell, one after the other, so that no kernel
// waits; a file is believed only while it has the size and the time that the kernel saw.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, sep } from 'node:path';
import type { ValueSchema } from '../contract/value-schema.ts';
import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import { type DataFacts, readDataFacts } from '../text/data-file.ts';
import type { Workspace } from '../workspace.ts';
import * as store from './data-content-store.ts';

export interface DataContents {
  /** Reads the files of these executions as soon as those before them are read. */
  look(executionIds: readonly string[]): void;
  /** When what was asked for so far is read, or so many milliseconds later. */
  settled(patience: number): Promise<void>;
  close(): Promise<void>;
}

export interface DataContentsParts {
  database: Database;
  bus: EventBus;
  workspace: Workspace;
  /** Files outside of the workspace too: not on a server that others than its user reach. */
  anywhere: boolean;
}

/** Larger files are known by size and time. */
const LARGEST = 4 * 1024 ** 3;
/** Rows and columns are looked for in files up to this size. */
const LARGEST_READ = 256 * 1024 ** 2;

type FileState = Pick<store.FileToRead, 'path' | 'bytes' | 'modified'>;

export function createDataContents(parts: DataContentsParts): DataContents {
  const { database, bus, workspace, anywhere } = parts;
  const ending = new AbortController();
  let reading: Promise<void> = Promise.resolve();

  async function lookNow(executionIds: readonly string[]): Promise<void> {
    const runs = new Map<string, string | null>();
    for (const file of await store.filesToRead(database.read, executionIds)) {
      if (ending.signal.aborted) return;
      const content = await contentOf(file);
      await database.write(db => store.noteContent(db, file, content));
      runs.set(file.run_id, file.notebook);
    }
    for (const [runId, notebook] of runs)
      bus.publish({ type: 'run-changed', runId, ...(notebook === null ? {} : { notebook }) });
  }

  async function contentOf(file: FileState): Promise<store.FileContent | undefined> {
    try {
      if (!(await mayRead(file.path)) || !(await isAsSeen(file))) return undefined;
      const known = await store.knownContent(database.read, file);
      if (known) return known;
      const content_id = await digestOf(file.path);
      const { rows, columns } = file.bytes > LARGEST_READ ? {} : await factsOf(file.path);
      if (!(await isAsSeen(file))) return undefined;
      const schema: ValueSchema | undefined = columns && {
        type: extname(file.path).slice(1),
        columns
      };
      return {
        content_id,
        row_count: rows ?? null,
        schema: schema ? JSON.stringify(schema) : null
      };
    } catch {
      // Gone, not ours to read, or the server ends: it stays known by size and time.
      return undefined;
    }
  }

  async function mayRead(path: string): Promise<boolean> {
    if (anywhere) return true;
    const [file, root] = await Promise.all([realpath(path), realpath(workspace.root)]);
    return file.startsWith(root.endsWith(sep) ? root : root + sep);
  }

  async function digestOf(path: string): Promise<string> {
    const hash = createHash('sha256');
    const content = createReadStream(path, { signal: ending.signal });
    for await (const piece of content) hash.update(piece as Buffer);
    return hash.digest('hex');
  }

  return {
    look(executionIds) {
      reading = reading.then(() => lookNow(executionIds)).catch(() => undefined);
    },
    async settled(patience) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, patience);
      await Promise.race([reading, promise]);
      clearTimeout(timer);
    },
    async close() {
      ending.abort();
      await reading;
    }
  };
}

const factsOf = (path: string) => readDataFacts(path).catch((): DataFacts => ({}));

async function isAsSeen({ path, bytes, modified }: FileState): Promise<boolean> {
  const found = await stat(path, { bigint: true });
  return (
    found.isFile() &&
    found.size === BigInt(bytes) &&
    bytes <= LARGEST &&
    found.mtimeMs === BigInt(modified)
  );
}
