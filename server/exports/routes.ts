import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/exports.ts';
import { route } from '../http/route.ts';
import type { ExportsService } from './service.ts';

export function exportsRoutes(app: FastifyInstance, service: ExportsService): void {
  route(app, operations.exportPipeline, service.exportPipeline);
}
