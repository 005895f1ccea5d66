// The version that a run was made from: what the run executed says it, whichever was captured first, the run or the version.
import type { AnalysisService } from '../analysis/service.ts';
import { cellSource } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { RunDetail, RunSummary } from '../contract/tracking.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { History, Line, Which } from './history.ts';
import * as snapshot from './snapshot.ts';
import type { PipelineStore } from './store.ts';
import type { VersionRunStore } from './version-run-store.ts';

/** A version and what a run executed otherwise. */
export interface MadeFrom {
  line: Line;
  row: PipelineVersionRow;
  /** Steps or cells that the run executed with other code; none: it is a run of that version. */
  edited: string[];
}

export interface RunVersions {
  /** @returns nothing where no version of the notebook is known */
  find(run: RunDetail, which?: Which): Promise<MadeFrom | undefined>;
  /** Looks for the versions of a line's runs that were not looked at yet. */
  link(line: Line, path: string): Promise<void>;
}

/** What pipelines ask of runs. */
export type PipelineTracking = Pick<
  TrackingService,
  'getRun' | 'listRuns' | 'getRunFacts' | 'readFiles'
>;

interface RunVersionsParts {
  history: History;
  store: Pick<PipelineStore, 'version' | 'versionsAround'>;
  versionRuns: VersionRunStore;
  analysis: AnalysisService;
  tracking: PipelineTracking;
}

/** Versions around a run that are compared with what it executed. */
const LOOKED_THROUGH = 200;
/** Runs of a notebook that are looked at when a version is asked for its runs. */
const NEWEST_RUNS = 200;
/** Versions whose cells are remembered: the runs of a notebook are compared with the same ones. */
const REMEMBERED = 400;

export function createRunVersions(parts: RunVersionsParts): RunVersions {
  const { history, store, versionRuns, analysis, tracking } = parts;
  const cellsOf = createCellMemory(parts);
  /** Ended runs without a version, by the newest commit they were compared with: they need not be looked at again. */
  const without = new Map<string, string>();

  async function find(run: RunDetail, which?: Which): Promise<MadeFrom | undefined> {
    const path = which?.path ?? run.notebook;
    if (path === undefined) return undefined;
    const known = await versionRuns.versionOfRun(run.runId);
    if (known) {
      const { pipeline_id: pipeline, branch, commit_id: commit } = known;
      const line = await history.line({ path, pipeline, branch }).catch(() => undefined);
      const row = line && (await store.version(line.pipelineId, branch, { commit }));
      if (line && row) return { line, row, edited: [] };
    }
    const line = await history.line(which ?? { path }).catch(() => undefined);
    return line && run.cells.length > 0 ? search(run, line) : undefined;
  }

  /** The last version captured before the run ended that has all it executed, else the first one after; else the nearest. */
  async function search(run: RunDetail, line: Line): Promise<MadeFrom | undefined> {
    const ended = run.endTime ?? Number.MAX_SAFE_INTEGER;
    const rows = await store.versionsAround(line, ended, LOOKED_THROUGH);
    let nearest: MadeFrom | undefined;
    for (const row of rows) {
      const { cells, language } = await cellsOf(line, row);
      const edited = editedIn(run, cells, source => analysis.normalise(source, language));
      if (!nearest || edited.length < nearest.edited.length) nearest = { line, row, edited };
      if (edited.length > 0) continue;
      if (run.endTime !== undefined) await versionRuns.linkRun(run.runId, row);
      return nearest;
    }
    if (run.endTime !== undefined) without.set(run.runId, line.last.commit_id);
    return nearest;
  }

  return {
    find,
    async link(line, path) {
      const { items } = await tracking.listRuns({ notebook: path, limit: NEWEST_RUNS });
      const linked = new Set(await versionRuns.linkedRuns(items.map(({ runId }) => runId)));
      const isNew = ({ runId, endTime }: RunSummary) =>
        endTime !== undefined && !linked.has(runId) && without.get(runId) !== line.last.commit_id;
      for (const { runId } of items.filter(isNew))
        await search(await tracking.getRun({ runId }), line);
    }
  };
}

/** Names of what was executed otherwise than any cell or step of the version has it. */
function editedIn(
  { cells }: RunDetail,
  there: ReadonlySet<string>,
  normalise: (source: string) => string
): string[] {
  // Of a cell that was executed again and again, the last time counts.
  const last = new Map(cells.map((cell, at) => [cell.cellId ?? String(at), cell]));
  const names = [...last.values()].flatMap(({ source, step, cellId, count }, at) =>
    source.trim() === '' || there.has(normalise(source))
      ? []
      : [step ?? (cellId === undefined ? `cell ${count ?? at + 1}` : `cell ${cellId}`)]
  );
  return [...new Set(names)];
}

interface VersionCells {
  cells: ReadonlySet<string>;
  language: Pipeline['language'];
}

function createCellMemory({ history, analysis }: Pick<RunVersionsParts, 'history' | 'analysis'>) {
  const remembered = new Map<string, VersionCells>();
  return async ({ repository }: Line, row: PipelineVersionRow): Promise<VersionCells> => {
    const known = remembered.get(row.commit_id);
    if (known) return known;
    const { pipeline } = await history.known(repository, row);
    const text = await repository.read(row.commit_id, snapshot.NOTEBOOK_FILE);
    const sources = [
      ...snapshot.readNotebookFile(text).cells.map(cell => cellSource(cell)),
      ...pipeline.steps.map(step => step.source)
    ];
    const { language } = pipeline;
    const cells = new Set(sources.map(source => analysis.normalise(source, language)));
    remembered.set(row.commit_id, { cells, language });
    if (remembered.size > REMEMBERED) remembered.delete([...remembered.keys()][0]!);
    return { cells, language };
  };
}
