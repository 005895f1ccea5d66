// Steps, pipelines and their versions.
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import { INTENT_KEY, type Notebook, notebookIntent } from '../contract/notebook.ts';
import type * as operations from '../contract/pipelines.ts';
import type {
  NotebookSteps,
  Pipeline,
  VersionDetail,
  VersionSummary
} from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Handler } from '../http/route.ts';
import type { Workspace } from '../workspace.ts';
import { type Built, buildPipeline } from './build.ts';
import { requireSound } from './check.ts';
import { compareSteps, compareVersions } from './compare.ts';
import { openRepository, type Repository, type StoredVersion } from './repository.ts';
import * as snapshot from './snapshot.ts';
import { createPipelineStore } from './store.ts';

export { preludeOf, type PreludePart, reachedParts } from './prelude.ts';

/** A notebook that has been captured at least once. */
export interface CapturedPipeline {
  pipelineId: string;
  /** Where it was when it was last captured. */
  path: string;
  capturedTime: number;
}

export interface PipelinesService {
  readSteps: Handler<typeof operations.readSteps>;
  capture: Handler<typeof operations.capture>;
  listVersions: Handler<typeof operations.listVersions>;
  getVersion: Handler<typeof operations.getVersion>;
  diffVersions: Handler<typeof operations.diffVersions>;
  restore: Handler<typeof operations.restore>;
  /** The notebook as a pipeline, faults as findings. */
  build(notebook: Notebook, path: string): Pipeline;
  /** The same with the analysis it was built from. @throws invalid_code when something in it cannot work. */
  buildSound(notebook: Notebook, path: string): Built;
  /** Every pipeline with a version, the one captured last first. */
  listCaptured(): Promise<CapturedPipeline[]>;
}

export interface PipelinesParts {
  database: Database;
  analysis: AnalysisService;
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  folder: string;
}

type Which = Parameters<PipelinesService['listVersions']>[0];

export function createPipelinesService(parts: PipelinesParts): PipelinesService {
  const { analysis, environments, bus, clock, workspace, folder } = parts;
  const store = createPipelineStore(parts.database);
  const repositories = new Map<string, Repository>();
  /** Captures of one pipeline follow one another. */
  const queues = new Map<string, Promise<unknown>>();

  const nameOf = (path: string) => basename(workspace.identify(path)).replace(/\.ipynb$/, '');
  const buildNow = (notebook: Notebook, path: string) =>
    buildPipeline(notebook, nameOf(path), analysis);

  function repositoryOf(pipelineId: string): Repository {
    let repository = repositories.get(pipelineId);
    if (!repository)
      repositories.set(pipelineId, (repository = openRepository(join(folder, pipelineId))));
    return repository;
  }

  /** By the notebook's own key where it has one, else by its path. */
  async function identify({ path, pipeline: key }: Which): Promise<string | undefined> {
    const keyed = key === undefined ? undefined : await store.find(idOfKey(key));
    return (keyed ?? (await store.findByPath(workspace.identify(path))))?.pipeline_id;
  }

  async function require(
    which: Which
  ): Promise<{ pipelineId: string; repository: Repository; versions: StoredVersion[] }> {
    const pipelineId = await identify(which);
    const repository = pipelineId === undefined ? undefined : repositoryOf(pipelineId);
    const versions = (await repository?.versions()) ?? [];
    if (pipelineId === undefined || !repository || versions.length === 0) {
      throw problem('pipeline_not_found', `The notebook "${which.path}" has no captured version`, {
        remedy: 'Capture it first'
      });
    }
    return { pipelineId, repository, versions };
  }

  async function find(
    which: Which & { version: string }
  ): Promise<{ pipelineId: string; repository: Repository; stored: StoredVersion }> {
    const { pipelineId, repository, versions } = await require(which);
    const asked = /^\d+$/.test(which.version) ? `v${which.version}` : which.version;
    const stored =
      asked === 'latest' ? versions.at(-1) : versions.find(({ version }) => version === asked);
    if (!stored) {
      throw problem(
        'version_not_found',
        `There is no version "${which.version}"; there are v1 to v${versions.length}`
      );
    }
    return { pipelineId, repository, stored };
  }

  async function summarise(repository: Repository, stored: StoredVersion): Promise<VersionSummary> {
    const text = await repository.read(stored.commit, snapshot.PIPELINE_FILE);
    return { ...stored, steps: snapshot.readPipeline(text, '').steps.length };
  }

  async function detail(which: Which & { version: string }): Promise<VersionDetail> {
    const { repository, stored } = await find(which);
    const [pipeline, notebook, environment] = await Promise.all(
      [snapshot.PIPELINE_FILE, snapshot.NOTEBOOK_FILE, snapshot.ENVIRONMENT_FILE].map(path =>
        repository.read(stored.commit, path)
      )
    );
    return {
      ...(await summarise(repository, stored)),
      pipeline: snapshot.readPipeline(pipeline!, nameOf(which.path)),
      notebook: snapshot.readNotebookFile(notebook!),
      environment: snapshot.readEnvironment(environment!)
    };
  }

  function buildSound(notebook: Notebook, path: string): Built {
    const built = buildNow(notebook, path);
    requireSound(built.pipeline);
    return built;
  }

  async function captureNow(
    pipelineId: string,
    path: string,
    notebook: Notebook,
    message?: string
  ) {
    const { pipeline } = buildSound(notebook, path);
    const installed = await environments.installedIn(environments.forNotebook(notebook));
    const repository = repositoryOf(pipelineId);
    const before = (await repository.versions()).at(-1);
    const files = snapshot.toFiles({
      pipeline,
      notebook,
      languageVersion: installed.version,
      environment: installed.packages
    });
    const last =
      before &&
      snapshot.readPipeline(await repository.read(before.commit, snapshot.PIPELINE_FILE), '');
    const added = await repository.add(
      files,
      message?.trim() || describeChange(last, pipeline),
      clock()
    );
    const stored = added ?? before!;
    return {
      created: added !== undefined,
      pipelineId,
      version: await summarise(repository, stored)
    };
  }

  return {
    build: (notebook, path) => buildNow(notebook, path).pipeline,
    buildSound,
    async listCaptured() {
      const rows = await store.list();
      return rows.map(row => ({
        pipelineId: row.pipeline_id,
        path: row.path,
        capturedTime: row.captured_time
      }));
    },
    async readSteps({ path, notebook }) {
      const { pipeline, suggestions } = buildNow(notebook, path);
      const which = { path, ...notebookIntent(notebook) };
      const id = await identify(which);
      const repository = id === undefined ? undefined : repositoryOf(id);
      const latest = (await repository?.versions())?.at(-1);
      if (!repository || !latest)
        return {
          pipeline,
          edited: true,
          states: statesOf(pipeline, undefined, analysis),
          suggestions
        };
      const stored = await repository.read(latest.commit, snapshot.PIPELINE_FILE);
      const captured = snapshot.readPipeline(stored, '');
      const now = snapshot.toFiles({ pipeline, notebook, languageVersion: '', environment: [] });
      const text = await repository.read(latest.commit, snapshot.NOTEBOOK_FILE);
      return {
        pipeline,
        edited: now[snapshot.PIPELINE_FILE] !== stored || now[snapshot.NOTEBOOK_FILE] !== text,
        latest: { ...latest, steps: captured.steps.length },
        states: statesOf(pipeline, captured, analysis),
        suggestions
      };
    },
    async capture({ path, notebook, message }) {
      const full = workspace.identify(path);
      const key = notebookIntent(notebook).pipeline;
      const known =
        key === undefined ? await store.findByPath(full) : await store.find(idOfKey(key));
      const pipelineId =
        known?.pipeline_id ?? (key === undefined ? newId(full, clock) : idOfKey(key));
      const turn = (queues.get(pipelineId) ?? Promise.resolve()).then(() =>
        captureNow(pipelineId, path, notebook, message)
      );
      const settled = turn.catch(() => undefined);
      queues.set(pipelineId, settled);
      const answer = await turn.finally(() => {
        if (queues.get(pipelineId) === settled) queues.delete(pipelineId);
      });
      const now = clock();
      const row = {
        pipeline_id: pipelineId,
        path: full,
        keyed: Number(key !== undefined),
        captured_time: now
      };
      await store.save({ ...row, created_time: known?.created_time ?? now });
      if (answer.created)
        bus.publish({ type: 'version-captured', notebook: full, version: answer.version.version });
      return answer;
    },
    async listVersions(which) {
      const { pipelineId, repository, versions } = await require(which);
      const items = await Promise.all(
        versions.toReversed().map(stored => summarise(repository, stored))
      );
      return { pipelineId, items };
    },
    getVersion: detail,
    async diffVersions({ from, to, ...which }) {
      const [before, after] = await Promise.all([
        detail({ ...which, version: from }),
        detail({ ...which, version: to })
      ]);
      return compareVersions(before, after);
    },
    async restore(which) {
      const { pipelineId, repository, stored } = await find(which);
      const notebook = snapshot.readNotebookFile(
        await repository.read(stored.commit, snapshot.NOTEBOOK_FILE)
      );
      const keyed = (await store.find(pipelineId))?.keyed === 1;
      const intent = {
        ...(notebook.metadata[INTENT_KEY] as object | undefined),
        pipeline: which.pipeline ?? pipelineId
      };
      return {
        version: await summarise(repository, stored),
        notebook: keyed
          ? { ...notebook, metadata: { ...notebook.metadata, [INTENT_KEY]: intent } }
          : notebook
      };
    }
  };
}

function idOfKey(key: string): string {
  return /^[\w-]{1,80}$/.test(key)
    ? key
    : `p-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

function newId(path: string, clock: Clock): string {
  const slug = basename(path, '.ipynb')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug || 'notebook'}-${createId(clock).slice(-12)}`;
}

function statesOf(
  now: Pipeline,
  captured: Pipeline | undefined,
  { normalise }: AnalysisService
): NotebookSteps['states'] {
  const before = new Map(captured?.steps.map(step => [step.name, step]));
  return Object.fromEntries(
    now.steps.map(step => {
      const old = before.get(step.name);
      if (!old) return [step.name, 'new'];
      const same =
        normalise(old.source, now.language) === normalise(step.source, now.language) &&
        snapshot.toJson([old.inputs, old.outputs, old.params]) ===
          snapshot.toJson([step.inputs, step.outputs, step.params]);
      return [step.name, same ? 'captured' : 'edited'];
    })
  );
}

function describeChange(before: Pipeline | undefined, after: Pipeline): string {
  if (!before)
    return `First version: ${after.steps.map(step => step.name).join(', ')}`.slice(0, 200);
  const changes = compareSteps(before, after).filter(({ change }) => change !== 'same');
  if (changes.length === 0) return 'Parameters, text or environment changed';
  return changes
    .map(({ step, change }) => `${step} ${change}`)
    .join(', ')
    .slice(0, 200);
}
