// What a run stood on: noted as its session tells it, read as one answer.
import { createHash } from 'node:crypto';
import type { GitFacts, Machine, Package, RunFacts } from '../contract/run-facts.ts';
import { problem } from '../contract/problem.ts';
import type { SessionEvent } from '../contract/tracking.ts';
import type { ValueSchema } from '../contract/value-schema.ts';
import type { Db } from '../database/open.ts';
import type { CellPointsRow } from '../database/tables/sessions.ts';
import { stretchesByTime } from './cell-stretches.ts';
import * as runs from './run-store.ts';
import * as store from './session-run-store.ts';
import { findSession, type Session } from './session-store.ts';

type CellEnded = Extract<SessionEvent, { type: 'cell-ended' }>;
type Surroundings = Extract<SessionEvent, { type: 'surroundings' }>;

/** What a session knows of itself, kept as JSON in its row until a run begins. */
export interface SessionFacts {
  machine?: Machine | undefined;
  /** Digest of its packages. */
  environment?: string | undefined;
  script?: string | undefined;
  /** When its kernel's process began, the last time that it did. */
  kernelStarted?: number | undefined;
}

export const factsOf = (session: Session): SessionFacts =>
  JSON.parse(session.facts) as SessionFacts;

/** Two may say it, of one start: what the later one says ran before the first cell. */
export function noteKernelStart(session: Session, time: number): void {
  const known = factsOf(session);
  const kernelStarted = Math.max(known.kernelStarted ?? 0, time);
  session.facts = JSON.stringify({ ...known, kernelStarted } satisfies SessionFacts);
}

export async function noteSurroundings(
  db: Db,
  session: Session,
  { machine, packages }: Surroundings
): Promise<void> {
  const known = factsOf(session);
  const environment = packages && (await keepEnvironment(db, packages));
  session.facts = JSON.stringify({
    ...known,
    machine: machine ?? known.machine,
    environment: environment ?? known.environment
  } satisfies SessionFacts);
  for (const run of await store.runsOfSession(db, session.session_id, 'running')) {
    await noteSession(db, run.run_id, session);
  }
  if (session.run_id !== null) await noteSession(db, session.run_id, session);
}

async function keepEnvironment(db: Db, packages: readonly Package[]): Promise<string> {
  const sorted = packages.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const content = JSON.stringify(sorted.map(({ name, version }) => ({ name, version })));
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32);
  await store.putEnvironment(db, digest, content);
  return digest;
}

/** Writes what is known of the session to a run of it. */
export async function noteSession(db: Db, runId: string, session: Session): Promise<void> {
  const { machine, environment } = factsOf(session);
  if (session.kernel !== null) await store.putFact(db, runId, 'kernel', JSON.parse(session.kernel));
  if (machine) await store.putFact(db, runId, 'machine', machine);
  if (environment) await store.putFact(db, runId, 'environment', environment);
}

export async function noteGit(db: Db, runId: string, git: GitFacts): Promise<void> {
  await store.putFact(db, runId, 'git', git);
  const tags = [{ key: 'mlflow.source.git.commit', value: git.commit }];
  if (git.branch !== undefined) tags.push({ key: 'mlflow.source.git.branch', value: git.branch });
  if (git.dirty !== undefined) tags.push({ key: 'stepladder.git.dirty', value: String(git.dirty) });
  await runs.putTags(db, runId, tags);
}

/** What a cell read and wrote; what it did both with is written. */
export function noteFiles(
  db: Db,
  runId: string,
  { executionId, reads = [], writes = [] }: CellEnded
): Promise<void> {
  const states = [
    ...reads.map(file => ({ ...file, written: 0 })),
    ...writes.map(file => ({ ...file, written: 1 }))
  ];
  const files = new Map(states.map(file => [file.path, file]));
  return store.putFiles(
    db,
    [...files.values()].map(({ path, bytes, modified, written }) => ({
      run_id: runId,
      path,
      bytes,
      modified: Math.round(modified),
      execution_id: executionId,
      written,
      content_id: null,
      row_count: null,
      schema: null
    }))
  );
}

/** What one batch of points adds to what the execution has logged. */
export function stretchesOf(
  points: readonly { key: string; step: number; time: number }[],
  sessionId: string,
  executionId: string,
  runId: string
): CellPointsRow[] {
  return [...Map.groupBy(points, ({ key }) => key)].map(([key, of]) => ({
    session_id: sessionId,
    execution_id: executionId,
    run_id: runId,
    key,
    first_step: of.reduce((least, { step }) => Math.min(least, step), Infinity),
    last_step: of.reduce((most, { step }) => Math.max(most, step), -Infinity),
    first_time: of.reduce((least, { time }) => Math.min(least, time), Infinity),
    last_time: of.reduce((most, { time }) => Math.max(most, time), -Infinity),
    points: of.length
  }));
}

/** @throws run_not_found */
export async function readRunFacts(db: Db, runId: string): Promise<RunFacts> {
  const [run] = await runs.readRuns(db, [runId]);
  if (!run) throw problem('run_not_found', `There is no run "${runId}"`);
  const facts = await readFacts(db, run);
  const packages =
    facts.environment === undefined
      ? undefined
      : await store.findEnvironment(db, facts.environment);
  return {
    runId,
    kernel: facts.kernel,
    machine: facts.machine,
    git: facts.git,
    environment:
      facts.environment === undefined
        ? undefined
        : { digest: facts.environment, packages: JSON.parse(packages ?? '[]') as Package[] },
    files: (await store.filesOfRun(db, runId)).map(file => ({
      path: file.path,
      bytes: file.bytes,
      modified: file.modified,
      executionId: file.execution_id,
      ...(file.written ? { written: true } : {}),
      ...(file.content_id ? { contentId: file.content_id } : {}),
      ...(file.row_count === null ? {} : { rows: file.row_count }),
      ...(file.schema === null ? {} : { schema: JSON.parse(file.schema) as ValueSchema })
    })),
    datasets: run.inputs.map(({ dataset, tags }) => ({
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      context: tags.find(({ key }) => key === 'mlflow.data.context')?.value
    })),
    stretches: await readStretches(db, run)
  };
}

interface StoredFacts {
  kernel?: RunFacts['kernel'];
  machine?: RunFacts['machine'];
  git?: RunFacts['git'];
  environment?: string;
}

/** The run's own; what an MLflow client began has its session's. */
async function readFacts(db: Db, run: runs.Run): Promise<StoredFacts> {
  const own = Object.fromEntries(
    (await store.factsOfRun(db, run.run_id)).map(({ kind, content }) => [kind, JSON.parse(content)])
  ) as StoredFacts;
  const session = run.session_id === null ? undefined : await findSession(db, run.session_id);
  if (!session) return own;
  const { machine, environment } = factsOf(session);
  const git = own.git
    ? undefined
    : await store.gitOfSession(db, session.session_id, run.start_time);
  return {
    ...(session.kernel === null
      ? {}
      : { kernel: JSON.parse(session.kernel) as NonNullable<RunFacts['kernel']> }),
    ...(machine ? { machine } : {}),
    ...(environment ? { environment } : {}),
    ...(git === undefined ? {} : { git: JSON.parse(git) as GitFacts }),
    ...own
  };
}

async function readStretches(db: Db, run: runs.Run): Promise<RunFacts['stretches']> {
  const told = await store.stretchesOfRun(db, run.run_id);
  const known = new Set(told.map(({ execution_id, key }) => `${execution_id} ${key}`));
  const seen =
    run.session_id === null
      ? []
      : await stretchesByTime(db, run, run.session_id, run.end_time ?? Number.MAX_SAFE_INTEGER);
  const fresh = seen.filter(({ execution_id, key }) => !known.has(`${execution_id} ${key}`));
  return [...told, ...fresh].map(row => ({
    key: row.key,
    executionId: row.execution_id,
    cellId: row.cell_id ?? undefined,
    count: row.count ?? undefined,
    firstStep: Number(row.first_step),
    lastStep: Number(row.last_step),
    firstTime: Number(row.first_time),
    lastTime: Number(row.last_time),
    points: Number(row.points)
  }));
}
