// Steps, pipelines and their versions.
import { basename } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import { INTENT_KEY, type Notebook, notebookIntent } from '../contract/notebook.ts';
import type * as operations from '../contract/pipelines.ts';
import type { NotebookSteps, Pipeline, ValueSchema, VersionDetail } from '../contract/pipelines.ts';
import type { Database } from '../database/open.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Handler } from '../http/route.ts';
import type { Workspace } from '../workspace.ts';
import { analysedOnce } from './analysed-once.ts';
import { createAuthors } from './author.ts';
import { createBlames } from './blame.ts';
import { type Built, buildPipeline, type Known } from './build.ts';
import { captureVersion, stepIds } from './capture.ts';
import { type Cells, type CellsParts, createCells } from './cells.ts';
import { requireSound } from './check.ts';
import { compareVersions } from './compare.ts';
import { pipelineContentId } from './content-id.ts';
import { noteFiles, type StepFiles } from './datasets.ts';
import { createHistory, type Which } from './history.ts';
import { importFile } from './readers/import-file.ts';
import { removeEmpty } from './repository.ts';
import type { PipelineTracking } from './run-versions.ts';
import * as snapshot from './snapshot.ts';
import { createStepLineStore } from './step-line-store.ts';
import { createPipelineStore } from './store.ts';
import { suggestSteps } from './suggest.ts';
import { createVersionRunStore } from './version-run-store.ts';
import { createVersionWork, type VersionWork } from './version-work.ts';

export { buildPipeline, type Built, type Known } from './build.ts';
export { findForeignCells, loadingLines, usesExtensions } from './foreign-cells.ts';
export { preludeOf, type PreludePart, reachedParts } from './prelude.ts';

/** A notebook that has been captured at least once. */
export interface CapturedPipeline {
  pipelineId: string;
  /** Where it was when it was last captured. */
  path: string;
  capturedTime: number;
}

/** What a step that ended well left behind, told by whoever ran it. */
export interface StepResult {
  step: string;
  outputs: readonly (Pick<ValueSchema, 'type' | 'shape' | 'columns'> & { name: string })[];
  files: StepFiles;
}

export interface PipelinesService extends VersionWork, Cells {
  readSteps: Handler<typeof operations.readSteps>;
  capture: Handler<typeof operations.capture>;
  listVersions: Handler<typeof operations.listVersions>;
  getVersion: Handler<typeof operations.getVersion>;
  diffVersions: Handler<typeof operations.diffVersions>;
  restore: Handler<typeof operations.restore>;
  importFile: Handler<typeof operations.importFile>;
  /** The notebook as a pipeline, faults as findings. */
  build(notebook: Notebook, path: string): Pipeline;
  /** The same with the analysis it was built from. @throws invalid_code when something in it cannot work. */
  buildSound(notebook: Notebook, path: string): Built;
  /** Every pipeline with a version, the one captured last first. */
  listCaptured(): Promise<CapturedPipeline[]>;
  /** Keeps the schemas and datasets of a run for the next capture. @param notebook absolute */
  noteResults(notebook: string, results: readonly StepResult[]): Promise<void>;
}

export interface PipelinesParts {
  /** What is known of a notebook beyond its source: what a proof found out. */
  know?: (path: string, notebook: Notebook) => Known | undefined;
  database: Database;
  analysis: AnalysisService;
  tracking: PipelineTracking & CellsParts['tracking'];
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  folder: string;
}

export function createPipelinesService(parts: PipelinesParts): PipelinesService {
  const { environments, bus, clock, workspace, folder } = parts;
  const analysis = analysedOnce(parts.analysis);
  const store = createPipelineStore(parts.database);
  const history = createHistory({ store, workspace, clock, folder });
  const blames = createBlames({ store: createStepLineStore(parts.database), history });
  const authors = createAuthors();
  const queues = new Map<string, Promise<unknown>>();

  const nameOf = (path: string) => basename(workspace.identify(path)).replace(/\.ipynb$/, '');
  const buildNow = (notebook: Notebook, path: string) =>
    buildPipeline(notebook, nameOf(path), analysis, read =>
      parts.know?.(workspace.identify(path), read)
    );

  async function inTurn<T>(pipelineId: string, work: () => Promise<T>): Promise<T> {
    const turn = (queues.get(pipelineId) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    queues.set(pipelineId, settled);
    return turn.finally(() => {
      if (queues.get(pipelineId) === settled) queues.delete(pipelineId);
    });
  }

  async function detail(which: Which & { version: string }): Promise<VersionDetail> {
    const { row, ...line } = await history.find(which);
    const { pipeline, lock, record } = await history.known(line.repository, row);
    const notebook = await line.repository.read(row.commit_id, snapshot.NOTEBOOK_FILE);
    return {
      ...(await history.summarise(line, row)),
      pipeline: { ...pipeline, name: nameOf(which.path) },
      notebook: snapshot.readNotebookFile(notebook),
      language: lock.language,
      environment: lock.packages,
      stepVersions: record.steps,
      outputVersions: record.outputs,
      datasets: record.datasets
    };
  }

  function buildSound(notebook: Notebook, path: string): Built {
    const built = buildNow(notebook, path);
    requireSound(built.pipeline);
    return built;
  }

  const capturing = {
    store,
    history,
    blames,
    analysis,
    environments,
    tracking: parts.tracking,
    authors,
    clock,
    workspace,
    buildSound
  };

  return {
    ...createVersionWork({
      store,
      versionRuns: createVersionRunStore(parts.database),
      blames,
      history,
      analysis,
      tracking: parts.tracking,
      clock,
      inTurn
    }),
    ...createCells({
      analysis: parts.analysis,
      tracking: parts.tracking,
      history,
      build: buildNow
    }),
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
    async noteResults(notebook, results) {
      const schemas = results.flatMap(({ step, outputs }) =>
        outputs.map(({ name, type, shape, columns }) => {
          const schema = { type, ...(shape ? { shape } : {}), ...(columns ? { columns } : {}) };
          return { step, name, schema: JSON.stringify(schema) };
        })
      );
      await store.saveSchemas(notebook, schemas);
      await noteFiles(store, clock, notebook, results);
    },
    async readSteps({ path, notebook }) {
      const built = buildNow(notebook, path);
      const { pipeline, suggestions } = built;
      const suggestedSteps = suggestSteps(notebook, built.analysis, analysis.suggestName);
      const ids = stepIds(built, analysis);
      const line = await history.line({ path, ...notebookIntent(notebook) }).catch(() => undefined);
      const base = { pipeline, suggestions, suggestedSteps };
      if (!line) return { ...base, edited: true, states: statesOf(ids, {}), stepVersions: {} };
      const { record, lock } = await history.known(line.repository, line.last);
      return {
        ...base,
        edited: pipelineContentId(pipeline, ids, lock) !== record.contentId,
        latest: await history.summarise(line, line.last),
        states: statesOf(ids, record.steps),
        stepVersions: record.steps
      };
    },
    async capture(request) {
      const { path, notebook } = request;
      const { pipeline: key, branch } = notebookIntent(notebook);
      const which = { path, pipeline: key, branch };
      const { pipelineId, path: full, isKnown, renamedFrom } = await history.idFor(which, notebook);
      const answer = await inTurn(pipelineId, async () => {
        try {
          return await captureVersion(pipelineId, request, capturing);
        } catch (error) {
          if (!isKnown) await removeEmpty(history.repositoryOf(pipelineId));
          throw error;
        }
      });
      const now = clock();
      const before = await store.find(pipelineId);
      await store.save({
        pipeline_id: pipelineId,
        // The main line says where the notebook is.
        path: branch === undefined ? full : (before?.path ?? full),
        keyed: Number(branch === undefined ? key !== undefined : before?.keyed === 1),
        captured_time: now,
        created_time: before?.created_time ?? now
      });
      if (answer.created)
        bus.publish({ type: 'version-captured', notebook: full, version: answer.version.version });
      return renamedFrom === undefined ? answer : { ...answer, renamedFrom };
    },
    async listVersions({ limit, before, ...which }) {
      const line = await history.line(which);
      const [items, total] = await Promise.all([
        history.list(line, limit, before),
        store.countVersions(line.pipelineId, line.branch)
      ]);
      const last = items.at(-1);
      const more = last !== undefined && last.version !== 'v1' && items.length === limit;
      return {
        pipelineId: line.pipelineId,
        items,
        total,
        ...(more ? { next: last.version } : {})
      };
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
      const { row, ...line } = await history.find(which);
      const text = await line.repository.read(row.commit_id, snapshot.NOTEBOOK_FILE);
      const notebook = snapshot.readNotebookFile(text);
      const keyed = (await store.find(line.pipelineId))?.keyed === 1;
      const intent = {
        ...(notebook.metadata[INTENT_KEY] as object | undefined),
        ...(keyed ? { pipeline: which.pipeline ?? line.pipelineId } : {}),
        ...(which.branch === undefined ? {} : { branch: which.branch })
      };
      const isBare = Object.keys(intent).length === 0;
      return {
        version: await history.summarise(line, row),
        notebook: isBare
          ? notebook
          : { ...notebook, metadata: { ...notebook.metadata, [INTENT_KEY]: intent } }
      };
    },
    importFile({ path, text, files }) {
      const imported = importFile(path, text, files, analysis);
      const { steps, findings } = buildPipeline(imported.notebook, '', analysis).pipeline;
      return {
        ...imported,
        steps: steps.map(({ name, cells, needs }) => ({ name, cells: cells.length, needs })),
        findings
      };
    }
  };
}

function statesOf(
  now: Record<string, string>,
  captured: Record<string, { contentId: string }>
): NotebookSteps['states'] {
  return Object.fromEntries(
    Object.entries(now).map(([name, id]) => {
      const before = captured[name]?.contentId;
      return [name, before === undefined ? 'new' : before === id ? 'captured' : 'edited'];
    })
  );
}
