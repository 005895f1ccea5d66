import type { FastifyInstance } from 'fastify';
import { getRunFacts } from '../contract/run-facts.ts';
import { purge } from '../contract/purge.ts';
import * as charts from '../contract/tracking-charts.ts';
import { compare } from '../contract/tracking-compare.ts';
import * as runs from '../contract/tracking-runs.ts';
import * as operations from '../contract/tracking.ts';
import { route } from '../http/route.ts';
import type { TrackingService } from './service.ts';

export function trackingRoutes(app: FastifyInstance, service: TrackingService): void {
  route(app, operations.listRuns, service.listRuns);
  route(app, operations.getRun, service.getRun);
  route(app, operations.getSeries, service.getSeries);
  route(app, getRunFacts, service.getRunFacts);
  route(app, operations.recordSession, service.recordSession);
  route(app, operations.getSessionRun, service.getSessionRun);
  route(app, runs.getRunColumns, service.getRunColumns);
  route(app, runs.getRunTable, service.getRunTable);
  route(app, runs.deleteRuns, service.deleteRuns);
  route(app, runs.restoreRuns, service.restoreRuns);
  route(app, runs.setRunNote, service.setRunNote);
  route(app, runs.listRunViews, service.listRunViews);
  route(app, runs.saveRunView, service.saveRunView);
  route(app, runs.deleteRunView, service.deleteRunView);
  route(app, runs.previewArtifact, service.previewArtifact);
  route(app, runs.getCellHistory, service.getCellHistory);
  route(app, charts.getRunFrame, service.getRunFrame);
  route(app, charts.getRunGroups, service.getRunGroups);
  route(app, charts.getCurves, service.getCurves);
  route(app, charts.getGroupCurves, service.getGroupCurves);
  route(app, charts.getParamImportance, service.getParamImportance);
  route(app, charts.getEventCurves, service.getEventCurves);
  route(app, compare, service.compare);
  route(app, purge, service.purge);
}

export { trackingMlflowRoutes } from './mlflow-routes.ts';
