// A version or a run as one side of a comparison. A run has the data and packages of the version that it was made from.
import { cellSource } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { RunDetail } from '../contract/tracking.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { Side } from './explain.ts';
import type { History, Which } from './history.ts';
import { MAIN, type Repository } from './repository.ts';
import * as snapshot from './snapshot.ts';
import type { VersionWorkParts } from './version-work.ts';

export type ReadSide = (
  which: Which,
  name: string
) => Promise<Side & { language: Pipeline['language'] }>;

/** Versions looked through for the one that a run was made from. */
const LOOKED_THROUGH = 200;

export function createSides({
  history,
  store,
  tracking,
  analysis
}: Pick<VersionWorkParts, 'history' | 'store' | 'tracking' | 'analysis'>): ReadSide {
  return async (which, name) => {
    if (!/^[0-9a-f]{32}$/i.test(name)) {
      const { repository, row } = await history.find({ ...which, version: name });
      return versionSide(history, repository, row);
    }
    const run = await tracking.getRun({ runId: name });
    const source = await versionOfRun(which, run);
    const params = new Map(Object.entries(run.params));
    const cells = cellsOfRun(run);
    if (!source) return { name: run.name, language: 'python', cells, params };
    const side = await versionSide(history, source.repository, source.row);
    return {
      ...side,
      name: `${run.name} (${side.name})`,
      params: new Map([...side.params, ...params])
    };
  };

  /** The newest version that has every cell the run executed, as it was executed. */
  async function versionOfRun(
    which: Which,
    run: RunDetail
  ): Promise<{ repository: Repository; row: PipelineVersionRow } | undefined> {
    const line = await history.line(which).catch(() => undefined);
    if (!line || run.cells.length === 0) return undefined;
    const { pipelineId, repository } = line;
    const branch = which.branch ?? MAIN;
    const executed = [...new Set(run.cells.map(({ source }) => source))];
    for (const row of await store.versions({ pipelineId, branch, limit: LOOKED_THROUGH })) {
      const { pipeline } = await history.known(repository, row);
      const notebook = snapshot.readNotebookFile(
        await repository.read(row.commit_id, snapshot.NOTEBOOK_FILE)
      );
      const normal = (source: string) => analysis.normalise(source, pipeline.language);
      const there = new Set([
        ...notebook.cells.map(cell => normal(cellSource(cell))),
        ...pipeline.steps.map(step => normal(step.source))
      ]);
      if (executed.every(source => there.has(normal(source)))) return { repository, row };
    }
    return undefined;
  }
}

async function versionSide(
  history: History,
  repository: Repository,
  row: PipelineVersionRow
): Promise<Side & { language: Pipeline['language'] }> {
  const { pipeline, lock, record } = await history.known(repository, row);
  const packages = lock.packages.map(line => line.split('==', 2) as [string, string]);
  const shared = pipeline.prelude.map(
    ({ names, source }) => [names.join(', ') || 'imports', source] as const
  );
  const data = Object.entries(record.datasets).map(
    ([path, { contentId, rows, schema }]) =>
      [
        path,
        { contentId, ...(rows === undefined ? {} : { rows }), ...(schema ? { schema } : {}) }
      ] as const
  );
  return {
    name: `v${row.number}`,
    language: pipeline.language,
    cells: new Map([...pipeline.steps.map(step => [step.name, step.source] as const), ...shared]),
    params: new Map(pipeline.parameters.map(({ name, source }) => [name, source])),
    data: new Map(data),
    packages: new Map([['language', lock.language], ...packages])
  };
}

/** By step where the cells have one, else by their place among the cells. */
function cellsOfRun({ cells }: RunDetail): Map<string, string> {
  const found = new Map<string, string>();
  cells.forEach(({ step, cellId, source }, at) => {
    const name = step ?? (cellId ? `cell ${cellId}` : `cell ${at + 1}`);
    found.set(name, step && found.has(step) ? `${found.get(step)}\n\n${source}` : source);
  });
  return found;
}
