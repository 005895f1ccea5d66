import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/notebooks.ts';
import { route } from '../http/route.ts';
import type { NotebooksService } from './service.ts';

export function notebooksRoutes(app: FastifyInstance, service: NotebooksService): void {
  route(app, operations.moveNotebook, service.moveNotebook);
}
