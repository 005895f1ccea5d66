/// <reference types="node" />
// The verbs of the TypeScript logging API; what they promise stands in stepladder-log.d.ts. All return at once: tslab prints
// what a cell's last line gives back, and a server that is away must not hold up a cell.
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { RecordedEvent } from '../capture/recorder.ts';
import { createOutbox } from '../delivery/outbox.ts';
import { writeModelFolder } from './model-folder.ts';
import { queueFiles } from './queue-files.ts';
import { createServerCalls, Refused } from './server-calls.ts';
import { findSession } from './session.ts';
import type { ParamValue } from './stepladder-log.d.ts';

const HEARTBEAT = 10_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

const session = findSession();
const calls = createServerCalls(session);
const outbox = createOutbox({
  sink: calls.postEvents,
  ...(session.url ? { storage: queueFiles(session.url, process.env) } : {})
});
const steps = new Map<string, number>();
let uploads: Promise<void> = Promise.resolve();
let begun = false;

export function logParam(key: string, value: ParamValue): void {
  logParams({ [key]: value });
}

export function logParams(params: Readonly<Record<string, ParamValue>>): void {
  const texts = Object.entries(params).map(([key, value]) => [checked(key), String(value)]);
  log({ params: Object.fromEntries(texts) as Record<string, string> });
}

export function logMetric(key: string, value: number, step?: number): void {
  logMetrics({ [key]: value }, step);
}

export function logMetrics(metrics: Readonly<Record<string, number>>, step?: number): void {
  const time = Date.now();
  log({
    metrics: Object.entries(metrics).map(([key, value]) => {
      if (typeof value !== 'number') throw new TypeError(`The metric "${key}" is not a number`);
      return {
        key: checked(key),
        // JSON has no NaN and no infinities: they travel as text.
        value: Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity'),
        step: step === undefined ? nextStep(key) : Math.trunc(step),
        time
      };
    })
  });
}

export function setTag(key: string, value: string): void {
  log({ tags: { [checked(key)]: String(value) } });
}

export function logArtifact(path: string, artifactPath = ''): void {
  if (!existsSync(path)) throw new Error(`logArtifact: there is no file or folder "${path}"`);
  if (/^\/|\\|(^|\/)\.\.(\/|$)/.test(artifactPath)) {
    throw new Error(`logArtifact: artifactPath "${artifactPath}" must lie within the run`);
  }
  const name = basename(resolve(path));
  const folder = artifactPath.replace(/\/+$/, '');
  upload(
    copy => cpSync(path, copy, { recursive: true }),
    copy => calls.uploadArtifact(copy, name, folder)
  );
}

export function logModel(model: string | object, name: string): void {
  checked(name);
  upload(
    folder => {
      mkdirSync(folder);
      writeModelFolder(model, folder);
    },
    folder => calls.uploadModel(folder, name)
  );
}

export async function flush(milliseconds = 30_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(done => (timer = setTimeout(done, milliseconds)));
  await Promise.race([Promise.all([outbox.flush(), uploads]), late]);
  clearTimeout(timer);
}

function log(what: Partial<Extract<RecordedEvent, { type: 'logged' }>>): void {
  emit({ id: randomUUID(), time: Date.now(), type: 'logged', ...what });
}

function emit(event: RecordedEvent): void {
  if (!session.url) return;
  if (!begun) begin();
  outbox.put({
    sessionId: session.id,
    ...(session.notebook === undefined ? {} : { notebook: session.notebook }),
    kernel: {
      language: 'typescript',
      version: process.versions.node,
      executable: process.execPath
    },
    events: [event]
  });
}

/** With the first thing logged: importing this alone does nothing. */
function begin(): void {
  begun = true;
  setInterval(
    () => emit({ id: randomUUID(), time: Date.now(), type: 'heartbeat' }),
    HEARTBEAT
  ).unref();
  if (session.isScript) emit({ id: randomUUID(), time: Date.now(), type: 'session-started' });
  process.once('beforeExit', () => {
    if (session.isScript) emit({ id: randomUUID(), time: Date.now(), type: 'session-ended' });
    void flush();
  });
}

/** Copies now, uploads in the background, one after the other, until the server has it or refuses it. */
function upload(copyTo: (path: string) => void, send: (path: string) => Promise<void>): void {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-upload-'));
  const copy = join(folder, 'content');
  try {
    copyTo(copy);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const sent = session.url ? uploads.then(() => withRetries(() => send(copy))) : uploads;
  uploads = sent.finally(() => rmSync(folder, { recursive: true, force: true }));
}

async function withRetries(send: () => Promise<void>): Promise<void> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Refused) return;
      await new Promise(done => setTimeout(done, pause));
    }
  }
}

function nextStep(key: string): number {
  const step = steps.get(key) ?? 0;
  steps.set(key, step + 1);
  return step;
}

function checked(key: string): string {
  if (typeof key !== 'string' || key === '') throw new TypeError('A key is text that is not empty');
  return key;
}
