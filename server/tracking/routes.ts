import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/tracking.ts';
import { route } from '../http/route.ts';
import type { TrackingService } from './service.ts';

export function trackingRoutes(app: FastifyInstance, service: TrackingService): void {
  route(app, operations.listRuns, service.listRuns);
  route(app, operations.getRun, service.getRun);
  route(app, operations.getSeries, service.getSeries);
  route(app, operations.recordSession, service.recordSession);
  route(app, operations.getSessionRun, service.getSessionRun);
}

export { trackingMlflowRoutes } from './mlflow-routes.ts';
