import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/deployments.ts';
import { route } from '../http/route.ts';
import type { DeploymentsService } from './service.ts';

export function deploymentsRoutes(app: FastifyInstance, service: DeploymentsService): void {
  route(app, operations.deploy, service.deploy);
  route(app, operations.listEndpoints, service.listEndpoints);
  route(app, operations.getEndpoint, service.getEndpoint);
  route(app, operations.stopEndpoint, service.stopEndpoint);
  app.addHook('onListen', done => {
    void service.resume();
    done();
  });
}
