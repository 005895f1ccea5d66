import type { FastifyInstance } from 'fastify';
import * as cells from '../contract/cells.ts';
import * as operations from '../contract/pipelines.ts';
import * as runs from '../contract/pipelines-runs.ts';
import { route } from '../http/route.ts';
import type { PipelinesService } from './service.ts';

export function pipelinesRoutes(app: FastifyInstance, service: PipelinesService): void {
  route(app, operations.readSteps, service.readSteps);
  route(app, cells.readCells, service.readCells);
  route(app, cells.planCell, service.planCell);
  route(app, operations.capture, service.capture);
  route(app, operations.listVersions, service.listVersions);
  route(app, operations.getVersion, service.getVersion);
  route(app, operations.diffVersions, service.diffVersions);
  route(app, operations.restore, service.restore);
  route(app, operations.tagVersion, service.tagVersion);
  route(app, operations.listBranches, service.listBranches);
  route(app, operations.createBranch, service.createBranch);
  route(app, operations.blame, service.blame);
  route(app, operations.push, service.push);
  route(app, operations.pull, service.pull);
  route(app, operations.explainChange, service.explainChange);
  route(app, runs.getRunVersion, service.getRunVersion);
  route(app, runs.listVersionRuns, service.listVersionRuns);
  route(app, runs.listRunVersions, service.listRunVersions);
  route(app, operations.importFile, service.importFile);
}
