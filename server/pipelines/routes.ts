import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/pipelines.ts';
import { route } from '../http/route.ts';
import type { PipelinesService } from './service.ts';

export function pipelinesRoutes(app: FastifyInstance, service: PipelinesService): void {
  route(app, operations.readSteps, service.readSteps);
  route(app, operations.capture, service.capture);
  route(app, operations.listVersions, service.listVersions);
  route(app, operations.getVersion, service.getVersion);
  route(app, operations.diffVersions, service.diffVersions);
  route(app, operations.restore, service.restore);
}
