import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/transfer.ts';
import { route } from '../http/route.ts';
import type { TransferService } from './service.ts';

export function transferRoutes(app: FastifyInstance, service: TransferService): void {
  route(app, operations.importBatch, service.importBatch);
  route(app, operations.importState, service.importState);
}
