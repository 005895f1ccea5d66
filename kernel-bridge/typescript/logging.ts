/// <reference types="node" />
// The verbs of the TypeScript logging API; what they promise stands in stepladder-log.d.ts. All return at once: tslab prints
// what a cell's last line gives back, and a server that is away must not hold up a cell.
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname, release, totalmem, type } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { RecordedEvent } from '../capture/recorder.ts';
import { createOutbox } from '../delivery/outbox.ts';
import { checkedKey, checkedModelName } from './keys.ts';
import { writeModelFolder } from './model-folder.ts';
import { queueFiles } from './queue-files.ts';
import { createRuns } from './runs.ts';
import { createServerCalls } from './server-calls.ts';
import { findSession } from './session.ts';
import type { ParamValue } from './stepladder-log.d.ts';
import { uploadFiles } from './upload-files.ts';
import { copyForNow, createUploads } from './uploads.ts';

const HEARTBEAT = 10_000;

type Told = Partial<Extract<RecordedEvent, { type: 'logged' }>>;
/** An event without what every event has. */
type Said<Event = RecordedEvent> = Event extends unknown ? Omit<Event, 'id' | 'time'> : never;

const session = findSession();
const calls = createServerCalls(session, known => runs.learn(known));
const place = process.env['STEPLADDER_DATA'] ?? session.url;
const outbox = createOutbox({
  sink: calls.postEvents,
  // None of our timers keeps a program alive.
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  ...(place ? { storage: queueFiles(place, process.env) } : {})
});
const uploads = createUploads({
  calls,
  files: place === undefined ? undefined : uploadFiles(place, process.env),
  // What a file belongs to is told first.
  before: () => outbox.flush()
});
const runs = createRuns({
  emit: event => emit(event),
  logMetrics: (run, metrics, step) => tell({ runId: run, metrics: points(metrics, step, run) }),
  texts
});
const steps = new Map<string, number>();
let begun = false;

export const { startRun, endRun, activeRun, withRun } = runs;

export function logParam(key: string, value: ParamValue): void {
  logParams({ [key]: value });
}

export function logParams(params: Readonly<Record<string, ParamValue>>): void {
  log({ params: texts(params) });
}

export function logMetric(key: string, value: number, step?: number, timestamp?: number): void {
  logMetrics({ [key]: value }, step, timestamp);
}

export function logMetrics(
  metrics: Readonly<Record<string, number>>,
  step?: number,
  timestamp?: number
): void {
  log({ metrics: points(metrics, step, runs.target(), timestamp) });
}

export function setTag(key: string, value: string): void {
  setTags({ [key]: value });
}

export function setTags(tags: Readonly<Record<string, string>>): void {
  log({ tags: texts(tags) });
}

export function logArtifact(path: string, artifactPath = ''): void {
  if (!existsSync(path)) throw new Error(`logArtifact: there is no file or folder "${path}"`);
  const folder = folderWithin('logArtifact', artifactPath);
  upload('artifact', basename(resolve(path)), folder, copy =>
    cpSync(path, copy, { recursive: true })
  );
}

export function logArtifacts(folder: string, artifactPath = ''): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Error(`logArtifacts: "${folder}" is no folder`);
  for (const name of readdirSync(folder)) logArtifact(join(folder, name), artifactPath);
}

export function logText(text: string, artifactFile: string): void {
  const folder = folderWithin(
    'logText',
    dirname(artifactFile) === '.' ? '' : dirname(artifactFile)
  );
  upload('artifact', basename(artifactFile), folder, copy => writeFileSync(copy, text));
}

export function logDict(value: object, artifactFile: string): void {
  logText(`${JSON.stringify(value, null, 2)}\n`, artifactFile);
}

export function logModel(model: string | object, name: string): void {
  upload('model', checkedModelName(name), '', folder => {
    mkdirSync(folder);
    writeModelFolder(model, folder);
  });
}

export async function flush(milliseconds = 30_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(done => (timer = setTimeout(done, milliseconds)));
  await Promise.race([Promise.all([outbox.flush(), uploads.settled()]), late]);
  clearTimeout(timer);
}

function upload(
  kind: 'artifact' | 'model',
  name: string,
  folder: string,
  copy: (content: string) => void
): void {
  const { id: sessionId, notebook } = session;
  const task = { kind, name, folder, sessionId, notebook, run: runs.target() };
  // Without a server nothing is kept, but a mistake is still said.
  if (place === undefined) return copyForNow(task, copy).done();
  if (!begun) begin();
  uploads.add(task, copy);
}

function log(what: Told): void {
  const run = runs.target();
  tell(run === undefined ? what : { ...what, runId: run });
}

const tell = (what: Told): void => emit({ type: 'logged', ...what });

function emit(event: Said): void {
  if (place === undefined) return;
  if (!begun) begin();
  outbox.put({
    sessionId: session.id,
    ...(session.notebook === undefined ? {} : { notebook: session.notebook }),
    ...(session.script === undefined ? {} : { script: session.script }),
    kernel: {
      language: 'typescript',
      version: process.versions.node,
      executable: process.execPath
    },
    events: [{ id: randomUUID(), time: Date.now(), ...event } as RecordedEvent]
  });
}

/** With the first thing logged: importing this alone does nothing. */
function begin(): void {
  begun = true;
  setInterval(() => emit({ type: 'heartbeat' }), HEARTBEAT).unref();
  uploads.takeOver();
  if (session.isScript) {
    emit({ type: 'session-started' });
    // At once: from the first word on, silence means that the program is gone.
    emit({ type: 'heartbeat' });
  }
  emit({
    type: 'surroundings',
    machine: {
      host: hostname(),
      system: `${type()} ${release()} ${process.arch}`,
      cpus: availableParallelism(),
      memory: totalmem()
    }
  });
  process.once('beforeExit', () => {
    if (session.isScript) emit({ type: 'session-ended' });
    void farewell();
  });
}

/** A program that ends waits for a server that is there; for one that is away what is left stands on the disk. */
async function farewell(): Promise<void> {
  if (await outbox.flush()) await uploads.settled();
}

function points(
  metrics: Readonly<Record<string, number>>,
  step: number | undefined,
  run: string | undefined,
  timestamp = Date.now()
): NonNullable<Told['metrics']> {
  return Object.entries(metrics).map(([key, value]) => {
    if (typeof value !== 'number') throw new TypeError(`The metric "${key}" is not a number`);
    return {
      key: checkedKey(key),
      // JSON has no NaN and no infinities: they travel as text.
      value: Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity'),
      step: step === undefined ? nextStep(`${run ?? ''} ${key}`) : Math.trunc(step),
      time: Math.trunc(timestamp)
    };
  });
}

function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [checkedKey(key), String(value)])
  );
}

function nextStep(key: string): number {
  const step = steps.get(key) ?? 0;
  steps.set(key, step + 1);
  return step;
}

function folderWithin(verb: string, artifactPath: string): string {
  if (/^\/|\\|(^|\/)\.\.(\/|$)/.test(artifactPath))
    throw new Error(`${verb}: artifactPath "${artifactPath}" must lie within the run`);
  return artifactPath.replace(/\/+$/, '');
}
