import type { Database } from '../database/open.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import type * as operations from '../contract/tracking.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';

export interface TrackingService {
  listRuns: Handler<typeof operations.listRuns>;
  getRun: Handler<typeof operations.getRun>;
  getSeries: Handler<typeof operations.getSeries>;
  recordSession: Handler<typeof operations.recordSession>;
  getSessionRun: Handler<typeof operations.getSessionRun>;
  close(): Promise<void>;
}

export interface TrackingParts {
  database: Database;
  artifacts: ArtifactStore;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
}

export function createTrackingService(parts: TrackingParts): TrackingService {
  void parts;
  const missing = (): never => {
    throw problem('internal', 'tracking is not built yet');
  };
  return {
    listRuns: missing,
    getRun: missing,
    getSeries: missing,
    recordSession: missing,
    getSessionRun: missing,
    close: async () => {}
  };
}
