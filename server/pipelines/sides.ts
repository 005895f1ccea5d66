// A version or a run as one side of a comparison. A run has its own params, packages and data; what it does not know of itself it has
// of the version that it was made from.
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { RunFacts } from '../contract/run-facts.ts';
import type { RunDetail } from '../contract/tracking.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { TrackingService } from '../tracking/service.ts';
import { datasetName } from './datasets.ts';
import type { Side } from './explain.ts';
import type { History, Which } from './history.ts';
import type { Repository } from './repository.ts';
import type { MadeFrom, RunVersions } from './run-versions.ts';
import * as snapshot from './snapshot.ts';

export type ReadSide = (
  which: Which,
  name: string
) => Promise<Side & { language: Pipeline['language'] }>;

interface SideParts {
  history: History;
  runVersions: RunVersions;
  tracking: Pick<TrackingService, 'getRun' | 'getRunFacts'>;
}

export function createSides({ history, runVersions, tracking }: SideParts): ReadSide {
  return async (which, name) => {
    if (!/^[0-9a-f]{32}$/i.test(name)) {
      const { repository, row } = await history.find({ ...which, version: name });
      return versionSide(history, repository, row);
    }
    const run = await tracking.getRun({ runId: name });
    const facts = await tracking.getRunFacts({ runId: name });
    const made = await runVersions.find(run, which);
    if (!made) {
      const own = { cells: cellsOfRun(run), params: new Map(Object.entries(run.params)) };
      const packages = packagesOfRun(facts);
      const data = dataOfRun(run, facts);
      return {
        name: run.name,
        language: 'python',
        ...own,
        ...(data.size > 0 ? { data } : {}),
        ...(packages ? { packages } : {})
      };
    }
    return runSide(run, facts, made);
  };

  async function runSide(run: RunDetail, facts: RunFacts, { line, row, edited }: MadeFrom) {
    const side = await versionSide(history, line.repository, row);
    const text = await line.repository.read(row.commit_id, snapshot.NOTEBOOK_FILE);
    const pipeline = (await history.known(line.repository, row)).pipeline;
    const packages = new Map([...side.packages!, ...(packagesOfRun(facts, side.packages) ?? [])]);
    return {
      ...side,
      name: `${run.name} (${side.name}${edited.length > 0 ? ', edited' : ''})`,
      cells:
        edited.length > 0
          ? withEdits(side.cells, run, snapshot.readNotebookFile(text), pipeline)
          : side.cells,
      params: new Map([...side.params, ...Object.entries(run.params)]),
      data: new Map([...side.data!, ...dataOfRun(run, facts)]),
      packages
    };
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

/** The version's steps with the cells as the run executed them last. */
function withEdits(
  cells: Side['cells'],
  run: RunDetail,
  notebook: Notebook,
  { steps }: Pipeline
): Map<string, string> {
  const edited = new Map(cells);
  const executed = new Map(run.cells.map(cell => [cell.cellId, cell]));
  for (const [cellId, { source, step }] of executed) {
    const index = notebook.cells.findIndex(({ id }) => id !== undefined && id === cellId);
    const before = index < 0 ? undefined : cellSource(notebook.cells[index]!);
    const name = steps.find(one => one.cells.includes(index))?.name ?? step ?? `cell ${cellId}`;
    const whole = edited.get(name);
    const isPart = before !== undefined && whole !== undefined && whole.includes(before);
    edited.set(name, isPart ? whole.replace(before, () => source) : source);
  }
  return edited;
}

/** What was installed where the run was; of what others wrote too only what the version's lock names, where there is one. */
function packagesOfRun(
  { environment, kernel }: RunFacts,
  lock?: ReadonlyMap<string, string>
): Map<string, string> | undefined {
  if (!environment) return undefined;
  const named = new Map(environment.packages.map(({ name, version }) => [plain(name), version]));
  const runtime = kernel?.version && `${title(kernel.language)} ${kernel.version}`;
  const language = runtime ? [['language', runtime] as const] : [];
  if (!lock) return new Map([...language, ...named]);
  const installed = [...lock.keys()].flatMap(name => {
    const version = named.get(plain(name));
    return version === undefined ? [] : [[name, version] as const];
  });
  return new Map([...language, ...installed]);
}

const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');
const title = (language: string) => (language === 'python' ? 'Python' : 'Node');

/** The files that the run read, by their content where it was taken. */
function dataOfRun(run: RunDetail, { files }: RunFacts): NonNullable<Side['data']> {
  const known = files.flatMap(({ path, contentId, rows, schema }) => {
    if (contentId === undefined) return [];
    const name = run.notebook === undefined ? path : datasetName(run.notebook, path);
    const facts = { ...(rows === undefined ? {} : { rows }), ...(schema ? { schema } : {}) };
    return [[name, { contentId, ...facts }] as const];
  });
  return new Map(known);
}
