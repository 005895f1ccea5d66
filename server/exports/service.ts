import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import type { PipelinesService } from '../pipelines/service.ts';
import type * as operations from '../contract/exports.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface ExportsService {
  exportPipeline: Handler<typeof operations.exportPipeline>;
}

export interface ExportsParts {
  database: Database;
  pipelines: PipelinesService;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
}

export function createExportsService(parts: ExportsParts): ExportsService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'exports is not built yet');
  };
  return {
    exportPipeline: missing
  };
}
