// `import` of a tracker: what another tracker kept, taken over. This process reads that tracker; the server takes what it is sent.
import { existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { importBatch, importState } from '../../contract/transfer.ts';
import { problem } from '../../contract/problem.ts';
import { type Carried, carryOver, openSource } from '../../transfer/service.ts';
import type { Connection } from '../connect.ts';
import { print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

export interface TrackerOptions {
  /** Commander's `--no-artifacts` is `false`; without a word about them `true`. */
  artifacts?: string | boolean;
  json?: boolean;
}

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';

/** What `import` was given is a tracker, not a notebook or a pipeline's file. */
export function isTracker(words: string[]): boolean {
  const [first = '', ...rest] = words;
  if (rest.length > 0) return first.toLowerCase() === 'mlflow';
  if (/^(https?|sqlite|file|postgresql|mysql)(\+\w+)?:/i.test(first)) return true;
  if (/\.(db|sqlite3?)$/i.test(first)) return true;
  return existsSync(first) && statSync(first).isDirectory();
}

export async function importTracker(
  words: string[],
  options: TrackerOptions,
  command: Command
): Promise<void> {
  const place = placeOf(words);
  const source = openSource(place, {
    artifacts: typeof options.artifacts === 'string' ? options.artifacts : undefined,
    token: process.env['MLFLOW_TRACKING_TOKEN'],
    username: process.env['MLFLOW_TRACKING_USERNAME'],
    password: process.env['MLFLOW_TRACKING_PASSWORD']
  });
  const say = options.json ? () => undefined : progressLines();
  let so: Readonly<Carried> | undefined;
  try {
    await withConnection(command, async connection => {
      const carried = await carryOver(source, receiver(connection), {
        withoutArtifacts: options.artifacts === false,
        onProgress: now => say((so = now))
      });
      if (options.json) return printJson(carried);
      for (const note of carried.notes) print(`Note: ${note}`);
      print(`Imported ${summary(carried)} from ${place}`);
    });
  } catch (error) {
    const reached = so ? `${summary(so)} so far` : 'nothing yet';
    console.error(
      `stepladder: the import of ${place} is not complete (${reached}). Run it again to go on.`
    );
    throw error;
  } finally {
    source.close();
  }
}

function placeOf(words: string[]): string {
  const [first, ...rest] = words;
  if (rest.length === 0) return first!;
  if (first!.toLowerCase() === 'mlflow' && rest.length === 1) return rest[0]!;
  throw problem('invalid_request', `"import ${words.join(' ')}" names more than one source`, {
    remedy: 'Write "stepladder import mlflow mlflow.db"'
  });
}

function receiver({ server, call }: Connection): Parameters<typeof carryOver>[1] {
  return {
    importBatch: batch => call(importBatch, batch),
    importState: asked => call(importState, asked),
    async putFile(place, file) {
      const root = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*?)\/*$/i.exec(place)?.[1];
      if (root === undefined) return false;
      const path = `${root}/${file.path}`.split('/').map(encodeURIComponent).join('/');
      const content = await file.open();
      const response = await fetch(`${server.url}${ARTIFACTS}/${path}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/octet-stream',
          ...(server.token ? { authorization: `Bearer ${server.token}` } : {})
        },
        body: content instanceof Readable ? Readable.toWeb(content) : content,
        duplex: 'half'
      } as RequestInit);
      if (response.ok) return true;
      throw problem(
        'internal',
        `The server answered ${response.status} to the file "${file.path}": ${(await response.text()).slice(0, 300)}`
      );
    }
  };
}

/** A line every few seconds at the most. */
export function progressLines(): (so: Readonly<Carried>) => void {
  let last = Date.now();
  return so => {
    if (Date.now() - last < 2000) return;
    last = Date.now();
    console.error(`… ${summary(so)}`);
  };
}

export function summary(so: Readonly<Carried>): string {
  const parts = [
    `${so.experiments} experiments`,
    `${so.runs} runs`,
    `${so.points.toLocaleString('en')} points of metrics`,
    `${so.models} logged models`,
    `${so.registeredModels} registered models with ${so.versions} versions`,
    `${so.files} files`
  ];
  if (so.unchanged > 0) parts.push(`${so.unchanged} unchanged`);
  return parts.join(', ');
}
