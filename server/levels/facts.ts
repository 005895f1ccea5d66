// What is stored, as far as the ladder asks for it. Read from the other services; nothing is kept here.
import type { Endpoint } from '../contract/deployments.ts';
import type { PipelineRun } from '../contract/executor.ts';
import type { VersionSummary } from '../contract/pipelines.ts';
import type { ModelDetail } from '../contract/registry.ts';
import type { DeploymentsService } from '../deployments/service.ts';
import type { ExecutorService } from '../executor/service.ts';
import type { Export, ExportsService } from '../exports/service.ts';
import type { CapturedPipeline, PipelinesService } from '../pipelines/service.ts';
import type { RegistryService } from '../registry/service.ts';
import type { RecordedRuns, TrackingService } from '../tracking/service.ts';

export interface LevelsParts {
  tracking: TrackingService;
  pipelines: PipelinesService;
  executor: ExecutorService;
  exports: ExportsService;
  registry: RegistryService;
  deployments: DeploymentsService;
}

export interface Captured extends CapturedPipeline {
  latest: VersionSummary;
  /** Packages that its latest version is locked to. */
  packages: number;
}

export interface Facts {
  recorded: RecordedRuns;
  /** Newest first, at most `MOST`. */
  pipelineRuns: PipelineRun[];
  /** The one captured last. */
  captured: Captured | undefined;
  exports: Export[];
  models: ModelDetail[];
  endpoints: Endpoint[];
}

/** A count above it is said as "1,000 or more". */
export const MOST = 1000;

export async function readFacts(parts: LevelsParts): Promise<Facts> {
  const [recorded, pipelineRuns, captured, exports, models, endpoints] = await Promise.all([
    parts.tracking.readRecorded(),
    parts.executor.listPipelineRuns({ limit: MOST }),
    readCaptured(parts.pipelines),
    parts.exports.listExports(),
    readModels(parts.registry),
    parts.deployments.listEndpoints({})
  ]);
  return {
    recorded,
    pipelineRuns: pipelineRuns.items,
    captured,
    exports,
    models,
    endpoints: endpoints.items
  };
}

async function readCaptured(pipelines: PipelinesService): Promise<Captured | undefined> {
  const [last] = await pipelines.listCaptured();
  if (!last) return undefined;
  const which = { path: last.path, pipeline: last.pipelineId };
  const { items } = await pipelines.listVersions({ ...which, limit: 1 });
  const latest = items[0];
  if (!latest) return undefined;
  const { environment } = await pipelines.getVersion({ ...which, version: latest.version });
  return { ...last, latest, packages: environment.length };
}

async function readModels(registry: RegistryService): Promise<ModelDetail[]> {
  const { items } = await registry.listModels({});
  return Promise.all(items.map(({ name }) => registry.getModel({ model: name })));
}
