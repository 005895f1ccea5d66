import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/registry.ts';
import { route } from '../http/route.ts';
import type { RegistryService } from './service.ts';

export function registryRoutes(app: FastifyInstance, service: RegistryService): void {
  route(app, operations.listModels, service.listModels);
  route(app, operations.getModel, service.getModel);
  route(app, operations.registerModel, service.registerModel);
  route(app, operations.previewPromotion, service.previewPromotion);
  route(app, operations.promote, service.promote);
  route(app, operations.undoPromotion, service.undoPromotion);
  route(app, operations.setModelBump, service.setModelBump);
}

export { registryMlflowRoutes } from './mlflow-routes.ts';
