// Runs side by side: what differs between them, and in which direction.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { InputOf } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import type { compare, RunComparison } from '../contract/tracking-compare.ts';
import type { RunFacts } from '../contract/run-facts.ts';
import type { Db } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import { compareArtifacts } from './compare-artifacts.ts';
import { compareCells } from './compare-cells.ts';
import { compareMetrics } from './compare-metrics.ts';
import { readRunCells } from './run-cells.ts';
import { readRunFacts } from './run-facts.ts';
import { readRunRows } from './run-panel-store.ts';
import { readRuns, type WholeRun } from './run-store.ts';

export interface CompareParts {
  read: Db;
  artifacts: ArtifactPlaces;
  clock: Clock;
}

interface Row {
  key: string;
  values: (string | null)[];
}

/** Marks of clients and of ours that say something of the run itself; the others are their own business. */
const TOLD_TAGS: Record<string, string> = {
  'mlflow.source.git.commit': 'git commit',
  'mlflow.source.git.branch': 'git branch',
  'stepladder.git.dirty': 'uncommitted changes',
  'mlflow.source.name': 'source',
  'mlflow.user': 'user'
};

export function createCompare({ read, artifacts, clock }: CompareParts) {
  return {
    async compare({ runIds, everything }: InputOf<typeof compare>): Promise<RunComparison> {
      const ids = [...new Set(runIds)];
      if (ids.length < 2) {
        throw problem('invalid_request', `Only one run is named: "${ids[0]}"`, {
          remedy: 'Name the run that it is to be compared with'
        });
      }
      const runs = await readRuns(read, ids);
      const missing = ids.find(id => !runs.some(({ run_id }) => run_id === id));
      if (missing !== undefined) throw problem('run_not_found', `There is no run "${missing}"`);
      const facts: RunFacts[] = [];
      for (const id of ids) facts.push(await readRunFacts(read, id));
      const cells = [];
      for (const run of runs)
        cells.push({ runId: run.run_id, cells: await readRunCells(read, run, clock) });
      const experiments = new Map(
        (await readRunRows(read, ids)).map(({ run_id, experiment }) => [run_id, experiment])
      );

      const all = {
        params: rowsOf(runs.map(({ params }) => params.map(({ key, value }) => [key, value]))),
        metrics: compareMetrics(runs.map(({ series }) => series)),
        tags: rowsOf(runs.map(tagsOf)),
        environment: rowsOf(facts.map(packagesOf)),
        data: rowsOf(facts.map(dataOf)),
        artifacts: await compareArtifacts(runs, artifacts),
        cells: compareCells(cells)
      };
      const kept = {
        params: all.params.filter(differs),
        metrics: all.metrics.filter(({ differs }) => differs),
        tags: all.tags.filter(differs),
        // Of a run that says nothing of its environment, nothing is claimed to be missing.
        environment: all.environment.filter(row =>
          differs({ key: row.key, values: row.values.filter((_, run) => facts[run]!.environment) })
        ),
        data: all.data.filter(differs),
        artifacts: all.artifacts.filter(({ differs }) => differs),
        cells: all.cells.filter(({ changes }) => changes.some(({ change }) => change !== 'same'))
      };
      const left = everything ? all : kept;
      const equal = (part: keyof typeof all) => all[part].length - left[part].length;
      return {
        runs: runs.map(run => headOf(run, experiments.get(run.run_id) ?? '')),
        equal: {
          params: equal('params'),
          metrics: equal('metrics'),
          tags: equal('tags'),
          environment: equal('environment'),
          artifacts: equal('artifacts'),
          cells: equal('cells'),
          data: equal('data')
        },
        params: left.params,
        metrics: left.metrics.map(({ differs: _, ...metric }) => metric),
        tags: left.tags,
        environment: left.environment,
        environmentUnknown: facts
          .filter(({ environment }) => !environment)
          .map(({ runId }) => runId),
        data: left.data,
        artifacts: left.artifacts.map(({ differs: _, ...artifact }) => artifact),
        cells: left.cells
      };
    }
  };
}

function headOf(run: WholeRun, experiment: string): RunComparison['runs'][number] {
  return {
    runId: run.run_id,
    name: run.name,
    experiment,
    state: run.state,
    startTime: run.start_time,
    ...(run.end_time === null ? {} : { endTime: run.end_time }),
    ...(run.notebook === null ? {} : { notebook: run.notebook })
  };
}

type Pair = readonly [string, string];

function tagsOf({ tags, notebook }: WholeRun): Pair[] {
  const told = tags.flatMap(({ key, value }): Pair[] => {
    if (TOLD_TAGS[key] !== undefined) return [[TOLD_TAGS[key], value]];
    return /^(mlflow|stepladder)\./.test(key) ? [] : [[key, value]];
  });
  return notebook === null ? told : [['notebook', notebook], ...told];
}

function packagesOf({ kernel, environment }: RunFacts): Pair[] {
  const language: Pair[] = kernel?.version ? [[kernel.language, kernel.version]] : [];
  return [
    ...language,
    ...(environment?.packages ?? []).map(({ name, version }): Pair => [name, version])
  ];
}

function dataOf({ datasets, files }: RunFacts): Pair[] {
  return [
    ...datasets.map(({ name, digest, context }): Pair => [
      context === undefined ? name : `${name} (${context})`,
      digest
    ]),
    ...files.map(({ path, bytes, modified, contentId, rows }): Pair => [
      path,
      contentId === undefined
        ? `${bytes} bytes, ${new Date(modified).toISOString()}`
        : `${rows === undefined ? `${bytes} bytes` : `${rows} rows`}, content ${contentId.slice(0, 12)}`
    ])
  ];
}

/** Every key that any run has, in the order in which they are met. */
function rowsOf(runs: readonly (readonly Pair[])[]): Row[] {
  const maps = runs.map(pairs => new Map(pairs));
  const keys = [...new Set(maps.flatMap(map => [...map.keys()]))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true })
  );
  return keys.map(key => ({ key, values: maps.map(map => map.get(key) ?? null) }));
}

const differs = ({ values }: Row): boolean => new Set(values).size > 1;
