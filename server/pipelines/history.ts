// Which pipeline a notebook is, and its versions: found by number, semantic version, tag or commit.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Notebook } from '../contract/notebook.ts';
import type { VersionSummary } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Workspace } from '../workspace.ts';
import { findRenamed } from './renamed.ts';
import { MAIN, openRepository, type Repository } from './repository.ts';
import * as snapshot from './snapshot.ts';
import type { PipelineStore } from './store.ts';
import { readRecord, syncVersions, toSummary } from './version-index.ts';
import type { Known } from './version-record.ts';

export interface Which {
  path: string;
  pipeline?: string | undefined;
  branch?: string | undefined;
}

export interface Line {
  pipelineId: string;
  branch: string;
  repository: Repository;
  /** The newest commit, revisions included. */
  last: PipelineVersionRow;
}

export interface IdFor {
  pipelineId: string;
  path: string;
  isKnown: boolean;
  /** Where the notebook was, when it was renamed without anybody saying so. */
  renamedFrom?: string;
}

export interface History {
  /** By the notebook's own key where it has one, else by its path. */
  identify(which: Which): Promise<string | undefined>;
  /** The same, with an id for a notebook that was never captured. By its cells it is known again after it was renamed. */
  idFor(which: Which, notebook?: Notebook): Promise<IdFor>;
  repositoryOf(pipelineId: string): Repository;
  newest(pipelineId: string, branch: string): Promise<PipelineVersionRow | undefined>;
  /** @throws pipeline_not_found */
  line(which: Which): Promise<Line>;
  /** @throws version_not_found */
  find(which: Which & { version: string }): Promise<Line & { row: PipelineVersionRow }>;
  list(line: Line, limit?: number, before?: string): Promise<VersionSummary[]>;
  summarise(line: Line, row: PipelineVersionRow): Promise<VersionSummary>;
  /** What a version holds beside its notebook. */
  known(repository: Repository, row: PipelineVersionRow): Promise<Known>;
}

interface HistoryParts {
  store: PipelineStore;
  workspace: Workspace;
  clock: Clock;
  folder: string;
}

/** Versions that are asked for again and again while a notebook is edited. */
const REMEMBERED = 20;

export function createHistory({ store, workspace, clock, folder }: HistoryParts): History {
  const repositories = new Map<string, Repository>();
  const remembered = new Map<string, Promise<Known>>();

  function repositoryOf(pipelineId: string): Repository {
    let repository = repositories.get(pipelineId);
    if (!repository)
      repositories.set(pipelineId, (repository = openRepository(join(folder, pipelineId))));
    return repository;
  }

  const newest = (pipelineId: string, branch: string) =>
    syncVersions(store, pipelineId, branch, repositoryOf(pipelineId));

  async function idFor(
    { path, pipeline: key, branch }: Which,
    notebook?: Notebook
  ): Promise<IdFor> {
    const full = workspace.identify(path);
    const { known, isCopy } = await lookFor(full, key, branch);
    const isStranger = known === undefined && key === undefined && branch === undefined;
    const former =
      isStranger && notebook
        ? await findRenamed({ list: store.list, repositoryOf }, full, notebook)
        : undefined;
    if (former)
      return {
        pipelineId: former.pipeline_id,
        path: full,
        isKnown: true,
        renamedFrom: former.path
      };
    const fresh = key === undefined || isCopy ? newId(full, clock) : idOfKey(key);
    return { pipelineId: known?.pipeline_id ?? fresh, path: full, isKnown: known !== undefined };
  }

  async function identify({ path, pipeline: key, branch }: Which): Promise<string | undefined> {
    const full = workspace.identify(path);
    const { known, isCopy } = await lookFor(full, key, branch);
    return (known ?? (isCopy ? undefined : await store.findByPath(full)))?.pipeline_id;
  }

  /** A key leads a renamed notebook to its history; a copy carries it too, and is known by the original being where it was. */
  async function lookFor(full: string, key: string | undefined, branch: string | undefined) {
    if (key === undefined) return { known: await store.findByPath(full), isCopy: false };
    const keyed = await store.find(idOfKey(key));
    // A branch may well be a file of its own.
    if (!keyed || keyed.path === full || branch !== undefined)
      return { known: keyed, isCopy: false };
    const here = await store.findByPath(full);
    if (here || existsSync(keyed.path)) return { known: here, isCopy: true };
    return { known: keyed, isCopy: false };
  }

  async function line(which: Which): Promise<Line> {
    const pipelineId = await identify(which);
    const branch = which.branch ?? MAIN;
    const last = pipelineId === undefined ? undefined : await newest(pipelineId, branch);
    if (pipelineId === undefined || !last) {
      const where = branch === MAIN ? '' : ` on the branch "${branch}"`;
      throw problem(
        'pipeline_not_found',
        `The notebook "${which.path}" has no captured version${where}`,
        { remedy: 'Capture it first, or pull its versions from a remote' }
      );
    }
    return { pipelineId, branch, repository: repositoryOf(pipelineId), last };
  }

  async function lookUp(found: Line, asked: string): Promise<PipelineVersionRow | undefined> {
    const { pipelineId, branch, last, repository } = found;
    if (asked === 'latest') return last;
    const version = (which: Parameters<PipelineStore['version']>[2]) =>
      store.version(pipelineId, branch, which);
    const number = /^v?(\d+)$/.exec(asked)?.[1];
    if (number !== undefined) return version({ number: Number(number) });
    if (/^v?\d+\.\d+\.\d+$/.test(asked)) return version({ semantic: asked.replace(/^v/, '') });
    if (/^[0-9a-f]{40}$/.test(asked)) return version({ commit: asked });
    const commit = (await repository.tags()).get(asked);
    return commit === undefined ? undefined : version({ commit });
  }

  async function tagsOf(repository: Repository): Promise<Map<string, string[]>> {
    const byCommit = new Map<string, string[]>();
    for (const [name, commit] of await repository.tags())
      byCommit.set(commit, [...(byCommit.get(commit) ?? []), name]);
    return byCommit;
  }

  return {
    identify,
    idFor,
    repositoryOf,
    newest,
    line,
    async find({ version: asked, ...which }) {
      const found = await line(which);
      const row = await lookUp(found, asked);
      if (!row) {
        throw problem(
          'version_not_found',
          `There is no version "${asked}"; there are v1 to v${found.last.number}`,
          { remedy: 'Give a number (v3), a semantic version (1.2.0), a tag, or "latest"' }
        );
      }
      return { ...found, row };
    },
    async list({ pipelineId, branch, repository }, limit, before) {
      const number = before === undefined ? undefined : Number(before.replace(/^v/, ''));
      const rows = await store.versions({ pipelineId, branch, limit, before: number });
      const tags = await tagsOf(repository);
      return rows.map(row => toSummary(row, tags.get(row.commit_id)));
    },
    async summarise({ repository }, row) {
      return toSummary(row, (await tagsOf(repository)).get(row.commit_id));
    },
    known(repository, row) {
      const { commit_id: commit } = row;
      let known = remembered.get(commit);
      if (!known) {
        known = readKnown(repository, row);
        remembered.set(commit, known);
        known.catch(() => remembered.delete(commit));
        if (remembered.size > REMEMBERED) remembered.delete([...remembered.keys()][0]!);
      }
      return known;
    }
  };
}

async function readKnown(
  repository: Repository,
  { commit_id: commit, content_id: contentId, number }: PipelineVersionRow
): Promise<Known> {
  const [pipeline, environment, record] = await Promise.all([
    repository.read(commit, snapshot.PIPELINE_FILE),
    repository.read(commit, snapshot.ENVIRONMENT_FILE),
    readRecord(repository, commit)
  ]);
  const semantic = { version: '1.0.0', bump: 'first', reason: 'First version' } as const;
  const bare = { contentId, number, revision: 0, semantic, steps: {}, outputs: {}, datasets: {} };
  return {
    pipeline: snapshot.readPipeline(pipeline, ''),
    lock: snapshot.readEnvironment(environment),
    record: record ?? bare
  };
}

function idOfKey(key: string): string {
  return /^[\w-]{1,80}$/.test(key)
    ? key
    : `p-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

function newId(path: string, clock: Clock): string {
  return `${slugOf(path) || 'notebook'}-${createId(clock).slice(-12)}`;
}

/** The notebook's name as file systems and git take it. */
export function slugOf(path: string): string {
  return basename(path, '.ipynb')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
}
