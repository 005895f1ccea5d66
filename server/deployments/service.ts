import type { Database } from '../database/open.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { RegistryService } from '../registry/service.ts';
import type * as operations from '../contract/deployments.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface DeploymentsService {
  deploy: Handler<typeof operations.deploy>;
  listEndpoints: Handler<typeof operations.listEndpoints>;
  getEndpoint: Handler<typeof operations.getEndpoint>;
  stopEndpoint: Handler<typeof operations.stopEndpoint>;
  close(): Promise<void>;
}

export interface DeploymentsParts {
  database: Database;
  registry: RegistryService;
  artifacts: ArtifactStore;
  bus: EventBus;
  clock: Clock;
  python: string;
  bridge: string;
}

export function createDeploymentsService(parts: DeploymentsParts): DeploymentsService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'deployments is not built yet');
  };
  return {
    deploy: missing,
    listEndpoints: missing,
    getEndpoint: missing,
    stopEndpoint: missing,
    close: async () => {}
  };
}
