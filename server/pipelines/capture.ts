// A capture: the notebook's steps, params, environment and text as an immutable version; nothing where nothing changed.
import type { AnalysisService } from '../analysis/service.ts';
import type { Finding } from '../contract/analysis.ts';
import { cellIntent, cellSource, type Notebook, notebookIntent } from '../contract/notebook.ts';
import type { Pipeline, VersionSummary } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { OverrideBump } from '../contract/semantic-version.ts';
import { ValueSchema } from '../contract/value-schema.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { Environments } from '../environment/kernelspec.ts';
import { lockOf } from '../environment/lock.ts';
import type { Clock } from '../events/clock.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { Workspace } from '../workspace.ts';
import type { Blames } from './blame.ts';
import type { Built } from './build.ts';
import { compareSteps } from './compare.ts';
import { pipelineContentId, stepContentId } from './content-id.ts';
import { datasetsOf, liveFiles } from './datasets.ts';
import type { History, Line } from './history.ts';
import { type Author, type Files, MAIN } from './repository.ts';
import { findSecrets } from './secrets.ts';
import * as snapshot from './snapshot.ts';
import type { PipelineStore } from './store.ts';
import { semanticRow } from './version-index.ts';
import {
  type Facts,
  nextRecord,
  type Overrides,
  RECORD_FILE,
  type VersionRecord
} from './version-record.ts';

export interface CaptureRequest {
  path: string;
  notebook: Notebook;
  message?: string | undefined;
  step?: string | undefined;
  bump?: OverrideBump | undefined;
  bumps?: Overrides | undefined;
  allowSecrets?: boolean | undefined;
}

export interface Captured {
  created: boolean;
  kept?: string;
  pipelineId: string;
  version: VersionSummary;
  findings: Finding[];
}

export interface CaptureParts {
  store: PipelineStore;
  history: History;
  blames: Pick<Blames, 'note'>;
  analysis: AnalysisService;
  environments: Environments;
  authors: (folder: string) => Promise<Author>;
  tracking: Pick<TrackingService, 'readFiles'>;
  clock: Clock;
  workspace: Workspace;
  buildSound(notebook: Notebook, path: string): Built;
}

export async function captureVersion(
  pipelineId: string,
  request: CaptureRequest,
  parts: CaptureParts
): Promise<Captured> {
  const { store, history, clock, workspace } = parts;
  const { path, message, bump, bumps = {} } = request;
  const branch = notebookIntent(request.notebook).branch ?? MAIN;
  const repository = history.repositoryOf(pipelineId);
  const last = await history.newest(pipelineId, branch);
  const stored = last && (await repository.read(last.commit_id, snapshot.NOTEBOOK_FILE));
  const before = last && (await history.known(repository, last));
  const notebook =
    request.step !== undefined && stored !== undefined
      ? withStepOf(snapshot.readNotebookFile(stored), request.notebook, request.step)
      : request.notebook;
  const { source: secrets, outputs } = findSecrets(notebook);
  refuseSecrets(notebook, stored, secrets, request.allowSecrets ?? false);

  const built = parts.buildSound(notebook, path);
  const { pipeline } = built;
  const facts = await readFacts(built, notebook, workspace.identify(path), parts);
  requireParts(facts, bumps);
  const record = nextRecord(facts, before, bump, bumps);
  const isDecided = bump !== undefined || Object.keys(bumps).length > 0;
  const files: Files = {
    ...snapshot.toFiles({ pipeline, notebook, lock: facts.lock }),
    [RECORD_FILE]: snapshot.toJson(record)
  };
  const isRevision = record.revision > 0;
  const findings = [...secrets, ...outputs];
  if (last && isRevision && !isDecided && files[snapshot.NOTEBOOK_FILE] === stored) {
    const version = await versionOf(parts, { pipelineId, branch, repository, last }, record.number);
    return { created: false, pipelineId, version, findings };
  }

  const author = await parts.authors(workspace.folderOf(path));
  const words = message?.trim() || describeChange(before?.pipeline, pipeline, record);
  const time = Math.floor(clock() / 1000) * 1000;
  const tags = isRevision
    ? []
    : [branch === MAIN ? `v${record.number}` : `${branch}/v${record.number}`];
  const commit = await repository.add({ files, message: words, author, time, branch, tags });
  const row: PipelineVersionRow = {
    ...semanticRow(record.semantic),
    pipeline_id: pipelineId,
    branch,
    position: (last?.position ?? 0) + 1,
    number: record.number,
    revision: record.revision,
    commit_id: commit,
    content_id: record.contentId,
    message: words,
    author: author.name,
    time,
    steps: pipeline.steps.length
  };
  await store.addVersions([row]);
  await parts.blames.note(row, pipeline, last, before?.pipeline);
  const line = { pipelineId, branch, repository, last: row };
  const version = isRevision
    ? await versionOf(parts, line, record.number)
    : await history.summarise(line, row);
  const kept = isRevision ? { kept: record.semantic.version } : {};
  return { created: !isRevision, ...kept, pipelineId, version, findings };
}

/** The version of that number itself, of which the newest commit may be a revision. */
async function versionOf(
  { store, history }: CaptureParts,
  line: Line,
  number: number
): Promise<VersionSummary> {
  const row = await store.version(line.pipelineId, line.branch, { number });
  return history.summarise(line, row ?? line.last);
}

/** What is known of a notebook now, apart from how it is written. */
export async function readFacts(
  built: Built,
  notebook: Notebook,
  fullPath: string,
  { analysis, environments, store, tracking }: CaptureParts
): Promise<Facts> {
  const { pipeline } = built;
  const steps = stepIds(built, analysis);
  const lock = await lockFor(notebook, pipeline, analysis, environments);
  const [seen, files] = await Promise.all([store.schemas(fullPath), tracking.readFiles(fullPath)]);
  return {
    pipeline,
    contentId: pipelineContentId(pipeline, steps, lock),
    steps,
    lock,
    schemas: new Map(
      seen.map(({ step, name, schema }) => [
        `${step}.${name}`,
        ValueSchema.parse(JSON.parse(schema))
      ])
    ),
    datasets: await datasetsOf(store, fullPath, liveFiles(files, notebook, pipeline.steps))
  };
}

export function stepIds(built: Built, analysis: AnalysisService): Record<string, string> {
  const { pipeline } = built;
  return Object.fromEntries(
    pipeline.steps.map(step => [step.name, stepContentId(step, pipeline, built.analysis, analysis)])
  );
}

async function lockFor(
  notebook: Notebook,
  { language }: Pipeline,
  analysis: AnalysisService,
  environments: Environments
): Promise<snapshot.Lock> {
  const installed = await environments.installedIn(environments.forNotebook(notebook));
  const sources = notebook.cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(cell => cellSource(cell));
  const modules = [...new Set(sources.flatMap(source => analysis.importsOf(source, language)))];
  const runtime = language === 'python' ? 'Python' : 'Node';
  return {
    language: `${runtime} ${installed.version}`,
    packages: lockOf(installed, modules, sources.join('\n'))
  };
}

/** What the last version holds already was let through, or was not seen to be one: it is not refused again. */
function refuseSecrets(
  notebook: Notebook,
  stored: string | undefined,
  secrets: Finding[],
  allowed: boolean
): void {
  if (allowed) return;
  const known = new Set(
    stored === undefined
      ? []
      : snapshot.readNotebookFile(stored).cells.flatMap(cell => cellSource(cell).split('\n'))
  );
  const lineOf = ({ cell, line }: Finding) =>
    cellSource(notebook.cells[cell]!).split('\n')[line - 1] ?? '';
  const fresh = secrets.filter(secret => !known.has(lineOf(secret)));
  const first = fresh[0];
  if (!first) return;
  const others = fresh.length > 1 ? `, and ${fresh.length - 1} more` : '';
  const { cell, line } = first;
  throw problem('secret_found', `${first.message}${others}: nothing was captured`, {
    cell,
    line,
    remedy: `${first.remedy}. If it is no secret, capture with --allow-secrets`
  });
}

/** @throws invalid_request for a decision about what the notebook does not have. */
function requireParts({ pipeline, datasets }: Facts, bumps: Overrides): void {
  const names = [
    ...pipeline.steps.flatMap(({ name, outputs }) => [
      name,
      ...outputs.map(one => `${name}.${one}`)
    ]),
    ...Object.keys(datasets)
  ];
  const stranger = Object.keys(bumps).find(name => !names.includes(name));
  if (stranger === undefined) return;
  throw problem('invalid_request', `The notebook has no step, output or dataset "${stranger}"`, {
    remedy: `It has ${names.join(', ')}`
  });
}

/** The last version's notebook with the cells of one step as they are now. */
function withStepOf(captured: Notebook, now: Notebook, step: string): Notebook {
  const isOf = (cell: Notebook['cells'][number]) => cellIntent(cell).step === step;
  const fresh = now.cells.filter(isOf);
  if (fresh.length === 0) {
    throw problem('invalid_request', `The notebook has no step "${step}"`, {
      remedy: 'Give the name of one of its named steps'
    });
  }
  const first = captured.cells.findIndex(isOf);
  const others = captured.cells.filter(cell => !isOf(cell));
  // A step that is new goes behind the cell that stands before it now.
  const neighbour = now.cells[now.cells.findIndex(isOf) - 1];
  const at =
    first >= 0
      ? captured.cells.slice(0, first).filter(cell => !isOf(cell)).length
      : others.findIndex(({ id }) => id !== undefined && id === neighbour?.id) + 1 || others.length;
  return { ...captured, cells: [...others.slice(0, at), ...fresh, ...others.slice(at)] };
}

const LONGEST_SUBJECT = 200;

function describeChange(
  before: Pipeline | undefined,
  after: Pipeline,
  { revision, semantic }: VersionRecord
): string {
  if (!before)
    return `First version: ${after.steps.map(step => step.name).join(', ')}`.slice(
      0,
      LONGEST_SUBJECT
    );
  if (revision > 0) return 'Comments, formatting or text changed';
  const changes = compareSteps(before, after).filter(({ change }) => change !== 'same');
  if (changes.length === 0) return semantic.reason.slice(0, LONGEST_SUBJECT);
  return changes
    .map(({ step, change }) => `${step} ${change}`)
    .join(', ')
    .slice(0, LONGEST_SUBJECT);
}
