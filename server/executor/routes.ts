import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/executor.ts';
import { route } from '../http/route.ts';
import type { ExecutorService } from './service.ts';

export function executorRoutes(app: FastifyInstance, service: ExecutorService): void {
  route(app, operations.runPipeline, service.runPipeline);
  route(app, operations.getPipelineRun, service.getPipelineRun);
  route(app, operations.listPipelineRuns, service.listPipelineRuns);
  route(app, operations.getPipelineLogs, service.getPipelineLogs);
  route(app, operations.cancelPipelineRun, service.cancelPipelineRun);
}
