// The list of a branch's versions, from the database; read again from git where git is ahead of it (a pull, a lost database, a
// process killed between the two).
import type { VersionSummary } from '../contract/pipelines.ts';
import type { SemanticVersion } from '../contract/semantic-version.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import { FIRST } from '../text/semantic-version.ts';
import type { Repository, StoredCommit } from './repository.ts';
import { PIPELINE_FILE, readPipeline } from './snapshot.ts';
import type { PipelineStore } from './store.ts';
import { RECORD_FILE, VersionRecord } from './version-record.ts';

/** @returns the newest commit of the branch, revisions included. */
export async function syncVersions(
  store: PipelineStore,
  pipelineId: string,
  branch: string,
  repository: Repository
): Promise<PipelineVersionRow | undefined> {
  const [head, last] = await Promise.all([
    repository.head(branch),
    store.lastCommit(pipelineId, branch)
  ]);
  if (head === last?.commit_id) return last;
  if (head === undefined) {
    await store.forgetVersions(pipelineId, branch);
    return undefined;
  }
  const fresh = (await repository.log(branch, last?.commit_id)).reverse();
  const continues = last !== undefined && fresh[0]?.parent === last.commit_id;
  if (last && !continues) await store.forgetVersions(pipelineId, branch);
  let before = continues ? last : undefined;
  const rows: PipelineVersionRow[] = [];
  for (const commit of fresh) {
    before = await readRow(pipelineId, branch, repository, commit, before);
    rows.push(before);
  }
  await store.addVersions(rows);
  return before;
}

async function readRow(
  pipelineId: string,
  branch: string,
  repository: Repository,
  { commit, message, author, time }: StoredCommit,
  before: PipelineVersionRow | undefined
): Promise<PipelineVersionRow> {
  const [record, pipeline] = await Promise.all([
    readRecord(repository, commit),
    repository.read(commit, PIPELINE_FILE)
  ]);
  return {
    ...semanticRow(record?.semantic ?? FIRST),
    pipeline_id: pipelineId,
    branch,
    position: (before?.position ?? 0) + 1,
    number: record?.number ?? (before?.number ?? 0) + 1,
    revision: record?.revision ?? 0,
    commit_id: commit,
    content_id: record?.contentId ?? commit,
    message,
    author: author.name,
    time,
    steps: readPipeline(pipeline, '').steps.length
  };
}

export async function readRecord(
  repository: Repository,
  commit: string
): Promise<VersionRecord | undefined> {
  const text = await repository.read(commit, RECORD_FILE).catch(() => undefined);
  return text === undefined ? undefined : VersionRecord.parse(JSON.parse(text));
}

export function semanticRow({ version, bump, reason, ruled }: SemanticVersion) {
  return { semantic_version: version, bump, reason, ruled: ruled ?? null };
}

export function toSummary(row: PipelineVersionRow, tags: readonly string[] = []): VersionSummary {
  return {
    version: `v${row.number}`,
    contentId: row.content_id,
    commit: row.commit_id,
    message: row.message,
    time: row.time,
    steps: row.steps,
    author: row.author,
    semantic: {
      version: row.semantic_version,
      bump: row.bump as SemanticVersion['bump'],
      reason: row.reason,
      ...(row.ruled === null ? {} : { ruled: row.ruled as SemanticVersion['bump'] })
    },
    tags: [...tags]
  };
}
