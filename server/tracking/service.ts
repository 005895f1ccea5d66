// Tracking: experiments, runs, logged models, artifacts, and the sessions of kernels. Built from its parts; the parts have the rules.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { getRunFacts } from '../contract/run-facts.ts';
import type { purge } from '../contract/purge.ts';
import type * as operations from '../contract/tracking.ts';
import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { type Repeat, systemRepeat } from '../events/timer.ts';
import type { Handler } from '../http/route.ts';
import type { Workspace } from '../workspace.ts';
import { type ArtifactParts, createArtifactParts } from './artifact-parts.ts';
import { type Artifacts, createArtifacts } from './artifacts.ts';
import { filesOfNotebook, type SeenFile } from './data-content-store.ts';
import { createDataContents } from './data-contents.ts';
import { createDatasetSearch } from './datasets.ts';
import { type CarriedRuns, createCarriedRuns } from './carried-runs.ts';
import { createExperiments, type Experiments } from './experiments.ts';
import { modelIdsOfRuns } from './logged-model-store.ts';
import { createLoggedModels, type LoggedModels } from './logged-models.ts';
import { createMetricHistories, type MetricHistories } from './metric-histories.ts';
import { createMetricHistory } from './metric-history.ts';
import { createPurge, type Held } from './purge.ts';
import { readRecorded, type RecordedRuns } from './recorded-store.ts';
import { createRunPanels } from './run-panels.ts';
import { createRunViewing, type RunViewing } from './run-viewing.ts';
import { readSessionCells } from './run-cells.ts';
import { readRunFacts } from './run-facts.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSessionLinks } from './session-links.ts';
import { createSessions } from './sessions.ts';

export type { RecordedRuns } from './recorded-store.ts';
export type { SeenFile } from './data-content-store.ts';

/** A capture waits so long for the files of the cells just run to be read. */
const PATIENCE = 5000;

/** A model that a run has logged (`models:/m-…`). */
export interface LoggedModelRecord {
  modelId: string;
  name: string;
  experimentId: string;
  runId: string | undefined;
  /** Where its files are: `mlflow-artifacts:/…` for this server's own store. */
  artifactUri: string;
  status: string;
  tags: Record<string, string>;
}

export interface TrackingService extends RunViewing {
  listRuns: Handler<typeof operations.listRuns>;
  /** Counts, and the newest. */
  readRecorded(): Promise<RecordedRuns>;
  getRun: Handler<typeof operations.getRun>;
  getSeries: Handler<typeof operations.getSeries>;
  getRunFacts: Handler<typeof getRunFacts>;
  /** Files that the cells of a notebook read and wrote in its newest runs, with what was in them. */
  readFiles(notebook: string): Promise<SeenFile[]>;
  recordSession: Handler<typeof operations.recordSession>;
  getSessionRun: Handler<typeof operations.getSessionRun>;
  /** What ran in a kernel since it began, first to last. */
  listSessionCells(sessionId: string): Promise<Omit<operations.CellExecution, 'metrics'>[]>;
  /** @returns nothing for an unknown or deleted one. */
  findLoggedModel(modelId: string): Promise<LoggedModelRecord | undefined>;
  /** Those that the run made, oldest first. */
  listLoggedModels(runId: string): Promise<LoggedModelRecord[]>;
  /** @throws logged_model_not_found */
  setLoggedModelTags(modelId: string, tags: Record<string, string>): Promise<void>;
  /** The root of a run's artifacts. @throws run_not_found */
  getArtifactUri(runId: string): Promise<string>;
  purge: Handler<typeof purge>;
  /** Who needs the files of deleted runs and models. The registry is a floor above, so it tells us how to ask. */
  onHeld(provider: () => Promise<Held>): void;
  /** MLflow's calls; what they take and give is in `contract/mlflow-*.ts`. */
  readonly mlflow: {
    experiments: Experiments;
    runs: Runs;
    history: ReturnType<typeof createMetricHistory>;
    histories: MetricHistories;
    searchDatasets: ReturnType<typeof createDatasetSearch>;
    loggedModels: LoggedModels;
    artifacts: Artifacts;
    parts: ArtifactParts;
  };
  /** Within a transaction of the caller's: what another tracker kept, as it was. */
  readonly carry: CarriedRuns;
  /** Takes up the sessions that were open when the server ended. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface TrackingParts {
  database: Database;
  artifacts: ArtifactPlaces;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  /** Whether what was in files outside of the workspace is read too. */
  anywhere?: boolean;
  repeat?: Repeat;
}

export function createTrackingService({
  repeat = systemRepeat,
  anywhere = true,
  ...parts
}: TrackingParts): TrackingService {
  const { database, clock } = parts;
  const experiments = createExperiments(parts);
  const links = createSessionLinks(clock);
  const runs = createRuns({ ...parts, experiments, sessions: links });
  const loggedModels = createLoggedModels({ ...parts, experiments, sessions: links });
  const artifacts = createArtifacts(parts.artifacts, runs, loggedModels);
  const panels = createRunPanels(parts);
  const contents = createDataContents({ ...parts, anywhere });
  const sessions = createSessions({
    ...parts,
    contents,
    experiments,
    repeat
  });

  let held: () => Promise<Held> = async () => ({ runs: new Set(), models: new Set() });

  async function findLoggedModel(modelId: string): Promise<LoggedModelRecord | undefined> {
    const model = await loggedModels.find(modelId);
    if (model?.lifecycle !== 'active') return undefined;
    return {
      modelId,
      name: model.name,
      experimentId: String(model.experiment_id),
      runId: model.source_run_id ?? undefined,
      artifactUri: model.location,
      status: model.status,
      tags: Object.fromEntries(model.tags.map(({ key, value }) => [key, value]))
    };
  }

  return {
    ...panels,
    ...createRunViewing(parts),
    readRecorded: () => readRecorded(database.read),
    getRunFacts: ({ runId }) => readRunFacts(database.read, runId),
    async readFiles(notebook) {
      await contents.settled(PATIENCE);
      return filesOfNotebook(database.read, notebook);
    },
    recordSession: sessions.record,
    getSessionRun: sessions.run,
    listSessionCells: sessionId => readSessionCells(database.read, sessionId),
    findLoggedModel,
    async listLoggedModels(runId) {
      const found = await modelIdsOfRuns(database.read, [runId]);
      const models = await Promise.all(found.map(({ modelId }) => findLoggedModel(modelId)));
      return models.filter(model => model !== undefined);
    },
    async setLoggedModelTags(modelId, tags) {
      await loggedModels.setTags(
        modelId,
        Object.entries(tags).map(([key, value]) => ({ key, value }))
      );
    },
    carry: createCarriedRuns(parts.artifacts),
    getArtifactUri: async runId => (await runs.require(runId)).artifact_uri,
    purge: createPurge({ ...parts, held: () => held() }),
    onHeld: provider => (held = provider),
    mlflow: {
      experiments,
      runs,
      history: createMetricHistory(database, runs),
      histories: createMetricHistories(database, runs),
      searchDatasets: createDatasetSearch(database),
      loggedModels,
      artifacts,
      parts: createArtifactParts(artifacts)
    },
    async resume() {
      await experiments.placeDefault();
      await sessions.resume();
    },
    async close() {
      await sessions.close();
      await contents.close();
    }
  };
}
