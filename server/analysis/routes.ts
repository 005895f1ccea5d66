import type { FastifyInstance } from 'fastify';
import { analyze } from '../contract/analysis.ts';
import { route } from '../http/route.ts';
import type { AnalysisService } from './service.ts';

export function analysisRoutes(app: FastifyInstance, service: AnalysisService): void {
  route(app, analyze, ({ notebook }) => service.analyze(notebook));
}
