import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/levels.ts';
import { route } from '../http/route.ts';
import type { LevelsService } from './service.ts';

export function levelsRoutes(app: FastifyInstance, service: LevelsService): void {
  route(app, operations.getLevels, service.getLevels);
}
