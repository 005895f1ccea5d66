import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type * as operations from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface PipelinesService {
  readSteps: Handler<typeof operations.readSteps>;
  capture: Handler<typeof operations.capture>;
  listVersions: Handler<typeof operations.listVersions>;
  getVersion: Handler<typeof operations.getVersion>;
  diffVersions: Handler<typeof operations.diffVersions>;
  restore: Handler<typeof operations.restore>;
}

export interface PipelinesParts {
  database: Database;
  analysis: AnalysisService;
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  folder: string;
}

export function createPipelinesService(parts: PipelinesParts): PipelinesService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'pipelines is not built yet');
  };
  return {
    readSteps: missing,
    capture: missing,
    listVersions: missing,
    getVersion: missing,
    diffVersions: missing,
    restore: missing
  };
}
