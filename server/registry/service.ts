import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { TrackingService } from '../tracking/service.ts';
import type * as operations from '../contract/registry.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface RegistryService {
  listModels: Handler<typeof operations.listModels>;
  getModel: Handler<typeof operations.getModel>;
  registerModel: Handler<typeof operations.registerModel>;
  previewPromotion: Handler<typeof operations.previewPromotion>;
  promote: Handler<typeof operations.promote>;
  undoPromotion: Handler<typeof operations.undoPromotion>;
}

export interface RegistryParts {
  database: Database;
  tracking: TrackingService;
  bus: EventBus;
  clock: Clock;
}

export function createRegistryService(parts: RegistryParts): RegistryService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'registry is not built yet');
  };
  return {
    listModels: missing,
    getModel: missing,
    registerModel: missing,
    previewPromotion: missing,
    promote: missing,
    undoPromotion: missing
  };
}
