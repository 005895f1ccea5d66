// What a run stood on: noted as its session tells it, read as one answer.
import { createHash } from 'node:crypto';
import type { GitFacts, Machine, Package, RunFacts } from '../contract/run-facts.ts';
import { problem } from '../contract/problem.ts';
import type { SessionEvent } from '../contract/tracking.ts';
import type { Db } from '../database/open.ts';
import type { CellPointsRow } from '../database/tables/sessions.ts';
import * as runs from './run-store.ts';
import * as store from './session-run-store.ts';
import type { Session } from './session-store.ts';

type CellEnded = Extract<SessionEvent, { type: 'cell-ended' }>;
type Surroundings = Extract<SessionEvent, { type: 'surroundings' }>;

/** What a session knows of itself, kept as JSON in its row until a run begins. */
export interface SessionFacts {
  machine?: Machine | undefined;
  /** Digest of its packages. */
  environment?: string | undefined;
  script?: string | undefined;
}

export const factsOf = (session: Session): SessionFacts =>
  JSON.parse(session.facts) as SessionFacts;

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

export const noteReads = (
  db: Db,
  runId: string,
  executionId: string,
  reads: CellEnded['reads'] = []
): Promise<void> =>
  store.putFiles(
    db,
    [...new Map(reads.map(read => [read.path, read])).values()].map(
      ({ path, bytes, modified }) => ({
        run_id: runId,
        path,
        bytes,
        modified: Math.round(modified),
        execution_id: executionId
      })
    )
  );

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
  const facts = new Map(
    (await store.factsOfRun(db, runId)).map(({ kind, content }) => [kind, JSON.parse(content)])
  );
  const digest = facts.get('environment') as string | undefined;
  const packages = digest === undefined ? undefined : await store.findEnvironment(db, digest);
  return {
    runId,
    kernel: facts.get('kernel') as RunFacts['kernel'],
    machine: facts.get('machine') as RunFacts['machine'],
    git: facts.get('git') as RunFacts['git'],
    environment:
      digest === undefined
        ? undefined
        : { digest, packages: JSON.parse(packages ?? '[]') as Package[] },
    files: (await store.filesOfRun(db, runId)).map(({ run_id: _, execution_id, ...file }) => ({
      ...file,
      executionId: execution_id
    })),
    datasets: run.inputs.map(({ dataset, tags }) => ({
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      context: tags.find(({ key }) => key === 'mlflow.data.context')?.value
    })),
    stretches: (await store.stretchesOfRun(db, runId)).map(row => ({
      key: row.key,
      executionId: row.execution_id,
      cellId: row.cell_id ?? undefined,
      count: row.count ?? undefined,
      firstStep: row.first_step,
      lastStep: row.last_step,
      firstTime: row.first_time,
      lastTime: row.last_time,
      points: row.points
    }))
  };
}
