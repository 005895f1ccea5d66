// What can be done with versions once they are there: named, branched, blamed, compared, sent and fetched.
import type { AnalysisService } from '../analysis/service.ts';
import { INTENT_KEY, type Notebook } from '../contract/notebook.ts';
import type * as operations from '../contract/pipelines.ts';
import type * as runOperations from '../contract/pipelines-runs.ts';
import { problem } from '../contract/problem.ts';
import type { RunDetail } from '../contract/tracking.ts';
import type { Clock } from '../events/clock.ts';
import type { Handler } from '../http/route.ts';
import type { Blames } from './blame.ts';
import { pullVersions, pushVersions } from './exchange.ts';
import { explainDifference } from './explain.ts';
import type { History } from './history.ts';
import { MAIN, removeEmpty } from './repository.ts';
import { createRunVersions, type PipelineTracking } from './run-versions.ts';
import { createSides } from './sides.ts';
import * as snapshot from './snapshot.ts';
import type { PipelineStore } from './store.ts';
import { toSummary } from './version-index.ts';
import type { VersionRunStore } from './version-run-store.ts';

export interface VersionWork {
  tagVersion: Handler<typeof operations.tagVersion>;
  listBranches: Handler<typeof operations.listBranches>;
  createBranch: Handler<typeof operations.createBranch>;
  blame: Handler<typeof operations.blame>;
  push: Handler<typeof operations.push>;
  pull: Handler<typeof operations.pull>;
  explainChange: Handler<typeof operations.explainChange>;
  getRunVersion: Handler<typeof runOperations.getRunVersion>;
  listVersionRuns: Handler<typeof runOperations.listVersionRuns>;
  listRunVersions: Handler<typeof runOperations.listRunVersions>;
}

export interface VersionWorkParts {
  store: PipelineStore;
  history: History;
  analysis: AnalysisService;
  tracking: PipelineTracking;
  versionRuns: VersionRunStore;
  blames: Blames;
  clock: Clock;
  /** Captures, pulls and the like of one pipeline follow one another. */
  inTurn<T>(pipelineId: string, work: () => Promise<T>): Promise<T>;
}

export function createVersionWork(parts: VersionWorkParts): VersionWork {
  const { store, history, analysis, tracking, versionRuns, clock, inTurn } = parts;
  const runVersions = createRunVersions(parts);
  const sideOf = createSides({ history, runVersions, tracking });

  return {
    async tagVersion({ name, ...which }) {
      const { row, ...line } = await history.find(which);
      if (/^(v?\d+(\.\d+\.\d+)?|latest|[0-9a-f]{40})$/.test(name)) {
        throw problem(
          'invalid_request',
          `"${name}" is how versions are counted, so it cannot be a tag`,
          {
            remedy: 'Use a word, such as "submitted"'
          }
        );
      }
      const other = (await line.repository.tags()).get(name);
      if (other !== undefined && other !== row.commit_id) {
        const taken = await store.version(line.pipelineId, line.branch, { commit: other });
        throw problem(
          'already_exists',
          `The tag "${name}" is on ${taken ? `v${taken.number}` : other.slice(0, 7)} already`,
          {
            remedy: 'Versions and their tags do not change: use another name'
          }
        );
      }
      await line.repository.tag(name, row.commit_id);
      return history.summarise(line, row);
    },
    async listBranches(which) {
      const { repository, pipelineId } = await history.line(which);
      const items = await Promise.all(
        (await repository.branches()).map(async branch => {
          const newest = (await history.newest(pipelineId, branch))!;
          const versions = await store.countVersions(pipelineId, branch);
          return { branch, versions, newest: toSummary(newest) };
        })
      );
      return { items };
    },
    async createBranch({ name, ...which }) {
      const { row, repository, pipelineId } = await history.find(which);
      return inTurn(pipelineId, async () => {
        if ((await repository.branches()).includes(name)) {
          throw problem('already_exists', `There is a branch "${name}" already`, {
            remedy: `Use another name, or go on with it: its versions are listed with --branch ${name}`
          });
        }
        await repository.move(name, row.commit_id);
        await history.newest(pipelineId, name);
        await parts.blames.branchOff(row, name);
        const text = await repository.read(row.commit_id, snapshot.NOTEBOOK_FILE);
        const notebook = withIntent(snapshot.readNotebookFile(text), {
          pipeline: pipelineId,
          branch: name
        });
        return { branch: name, from: toSummary(row), notebook };
      });
    },
    blame: async ({ step, ...which }) => ({
      steps: await parts.blames.read(await history.find(which), step)
    }),
    async push(asked) {
      const line = await history.line(asked);
      return inTurn(line.pipelineId, async () => {
        const sent = await pushVersions(asked, line);
        return { ...sent, newest: await history.summarise(line, line.last) };
      });
    },
    async pull(asked) {
      const { pipelineId, path, isKnown } = await history.idFor(asked);
      return inTurn(pipelineId, async () => {
        try {
          const pulled = await pullVersions(asked, pipelineId, history);
          const now = clock();
          const known = await store.find(pipelineId);
          await store.save({
            pipeline_id: pipelineId,
            path,
            keyed: Number(asked.pipeline !== undefined),
            created_time: known?.created_time ?? now,
            captured_time: now
          });
          const line = await history.line({ ...asked, pipeline: pipelineId });
          return { ...pulled, pipelineId, newest: await history.summarise(line, line.last) };
        } catch (error) {
          if (!isKnown) await removeEmpty(history.repositoryOf(pipelineId));
          throw error;
        }
      });
    },
    async explainChange({ from, to, ...which }) {
      const [before, after] = await Promise.all([sideOf(which, from), sideOf(which, to)]);
      const language = before.language === after.language ? after.language : undefined;
      const normalise = (source: string) =>
        language === undefined ? source : analysis.normalise(source, language);
      return { from: before.name, to: after.name, ...explainDifference(before, after, normalise) };
    },
    async getRunVersion({ runId }) {
      const run = await tracking.getRun({ runId });
      const made = await runVersions.find(run);
      const path = run.notebook === undefined ? {} : { path: run.notebook };
      if (!made) return { runId, ...path, edited: [], reason: whyNone(run) };
      const { line, row, edited } = made;
      return {
        runId,
        ...path,
        pipelineId: line.pipelineId,
        ...(line.branch === MAIN ? {} : { branch: line.branch }),
        version: await history.summarise(line, row),
        edited
      };
    },
    async listVersionRuns({ limit, ...which }) {
      const { row, ...line } = await history.find(which);
      await runVersions.link(line, which.path);
      const ids = await versionRuns.runsOfVersion(row);
      // The ids sort as the runs were begun.
      const newest = ids.toSorted().toReversed().slice(0, limit);
      const { items } = await tracking.listRuns({ limit, filter: isOneOf(newest) });
      return { version: await history.summarise(line, row), items, total: ids.length };
    },
    async listRunVersions(which) {
      const line = await history.line(which).catch(() => undefined);
      // A notebook that was never captured is nothing unusual in a list of runs.
      if (!line) return { items: [] };
      await runVersions.link(line, which.path);
      const rows = await versionRuns.runsOfPipeline(line.pipelineId);
      const items = rows.map(({ run_id: runId, branch, number }) => ({
        runId,
        version: `v${number}`,
        ...(branch === MAIN ? {} : { branch })
      }));
      return { items };
    }
  };
}

const isOneOf = (runIds: readonly string[]) =>
  `attributes.run_id IN (${runIds.map(id => `'${id}'`).join(', ') || "''"})`;

function whyNone({ notebook, cells }: RunDetail): string {
  if (notebook === undefined) return 'The run was not made by a notebook';
  return cells.length === 0
    ? 'No cell of the run was seen'
    : 'The notebook has no captured version';
}

export function withIntent(
  notebook: Notebook,
  intent: { pipeline?: string; branch?: string }
): Notebook {
  const known = notebook.metadata[INTENT_KEY] as object | undefined;
  return { ...notebook, metadata: { ...notebook.metadata, [INTENT_KEY]: { ...known, ...intent } } };
}
