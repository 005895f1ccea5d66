import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { PipelinesService } from '../pipelines/service.ts';
import type * as operations from '../contract/executor.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface ExecutorService {
  runPipeline: Handler<typeof operations.runPipeline>;
  getPipelineRun: Handler<typeof operations.getPipelineRun>;
  listPipelineRuns: Handler<typeof operations.listPipelineRuns>;
  getPipelineLogs: Handler<typeof operations.getPipelineLogs>;
  cancelPipelineRun: Handler<typeof operations.cancelPipelineRun>;
  close(): Promise<void>;
}

export interface ExecutorParts {
  database: Database;
  pipelines: PipelinesService;
  tracking: TrackingService;
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  folder: string;
  bridge: string;
  /** Where this server is reached, for the steps' own logging; nothing before it listens. */
  connection: () => { url: string; token: string } | undefined;
}

export function createExecutorService(parts: ExecutorParts): ExecutorService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'executor is not built yet');
  };
  return {
    runPipeline: missing,
    getPipelineRun: missing,
    listPipelineRuns: missing,
    getPipelineLogs: missing,
    cancelPipelineRun: missing,
    close: async () => {}
  };
}
