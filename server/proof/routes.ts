import type { FastifyInstance } from 'fastify';
import * as operations from '../contract/proof.ts';
import { route } from '../http/route.ts';
import type { ProofService } from './service.ts';

export function proofRoutes(app: FastifyInstance, service: ProofService): void {
  route(app, operations.prove, service.prove);
  route(app, operations.getProof, service.getProof);
  route(app, operations.listProofs, service.listProofs);
  route(app, operations.cancelProof, service.cancelProof);
}
