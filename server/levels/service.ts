import type { TrackingService } from '../tracking/service.ts';
import type { RegistryService } from '../registry/service.ts';
import type { PipelinesService } from '../pipelines/service.ts';
import type { ExecutorService } from '../executor/service.ts';
import type { ExportsService } from '../exports/service.ts';
import type { DeploymentsService } from '../deployments/service.ts';
import type * as operations from '../contract/levels.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface LevelsService {
  getLevels: Handler<typeof operations.getLevels>;
}

export interface LevelsParts {
  tracking: TrackingService;
  pipelines: PipelinesService;
  executor: ExecutorService;
  exports: ExportsService;
  registry: RegistryService;
  deployments: DeploymentsService;
}

export function createLevelsService(parts: LevelsParts): LevelsService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'levels is not built yet');
  };
  return {
    getLevels: missing
  };
}
