// The application, built from ready-made parts: tests need no port, the CLI no second process.
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { analysisRoutes } from './analysis/routes.ts';
import { createAnalysisService } from './analysis/service.ts';
import { createArtifactPlaces } from './artifacts/artifact-places.ts';
import { guard } from './auth/guard.ts';
import { createSeal, readKeyFile } from './auth/seal.ts';
import { type Config, isLoopback } from './config.ts';
import { getStatus } from './contract/server.ts';
import { problem } from './contract/problem.ts';
import { openDatabase } from './database/open.ts';
import { deploymentsRoutes } from './deployments/routes.ts';
import { createDeploymentsService } from './deployments/service.ts';
import { createEnvironments } from './environment/kernelspec.ts';
import { createEventBus } from './events/bus.ts';
import { type Clock, systemClock } from './events/clock.ts';
import { relayEvents } from './events/relay.ts';
import { executorRoutes } from './executor/routes.ts';
import { createExecutorService } from './executor/service.ts';
import { exportsRoutes } from './exports/routes.ts';
import { createExportsService } from './exports/service.ts';
import { eventRoutes } from './http/events.ts';
import { FRONT_PAGE, frontPage } from './http/front-page.ts';
import { mlflowAddress, mlflowWire } from './http/mlflow-route.ts';
import { sendProblem } from './http/problems.ts';
import { route } from './http/route.ts';
import { levelsRoutes } from './levels/routes.ts';
import { createLevelsService } from './levels/service.ts';
import { proofRoutes } from './proof/routes.ts';
import { createLessons, createProofService } from './proof/service.ts';
import { notebooksRoutes } from './notebooks/routes.ts';
import { createNotebooksService } from './notebooks/service.ts';
import { pipelinesRoutes } from './pipelines/routes.ts';
import { createPipelinesService } from './pipelines/service.ts';
import { registryMlflowRoutes, registryRoutes } from './registry/routes.ts';
import { createRegistryService } from './registry/service.ts';
import { trackingMlflowRoutes, trackingRoutes } from './tracking/routes.ts';
import { createTrackingService } from './tracking/service.ts';
import { transferRoutes } from './transfer/routes.ts';
import { createTransferService } from './transfer/service.ts';
import { VERSION } from './version.ts';
import { createWorkspace } from './workspace.ts';

export interface AppOptions {
  config: Config;
  clock?: Clock;
  /** Where the log goes; nothing is logged without it. */
  log?: { write(line: string): void };
}

/** Where this server is reached, known once it listens: what its steps and endpoints are told. */
export interface ServerConnection {
  url: string;
  token: string;
}

export interface BuiltApp {
  app: FastifyInstance;
  /** To be called when it listens. */
  connect(connection: ServerConnection): void;
}

/** Builds everything on the data folder; `app.close()` ends what it started. */
export async function buildApp({
  config,
  clock = systemClock,
  log
}: AppOptions): Promise<BuiltApp> {
  const { data, bridge, python, token } = config;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const app = Fastify({
    logger: log ? { level: 'info', stream: log, redact: ['req.headers'] } : false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024 * 1024,
    // MLflow's server takes `//` for `/`, and its clients have come to send it.
    routerOptions: { maxParamLength: 4000, ignoreDuplicateSlashes: true },
    rewriteUrl: ({ url = '/' }) => mlflowAddress(url),
    forceCloseConnections: true
  });
  guard(app, {
    token: config.auth === 'none' ? undefined : token,
    hosts: isLoopback(config.host) ? [config.host] : 'any',
    open: ['/health', FRONT_PAGE]
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      problem('not_found', `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}`),
      request,
      reply
    )
  );

  // Its parser is made ready beside the database.
  const beginning = createAnalysisService();
  const bus = createEventBus(error => app.log.error({ err: error }, 'listener failed'));
  const workspace = createWorkspace(config.workspace);
  // Runs and models may be shared by several servers; pipelines, endpoints and caches are of this machine.
  const local = await openDatabase(join(data, 'stepladder.db'));
  const database = config.database === undefined ? local : await openDatabase(config.database);
  if (database.channel) relayEvents(bus, database.channel);
  const artifacts = createArtifactPlaces(config.artifacts);
  const environments = createEnvironments(config);
  let connection: ServerConnection | undefined;
  const core = { database, bus, clock, workspace };

  const analysis = await beginning;
  const tracking = createTrackingService({
    ...core,
    artifacts,
    // A server for others must not be led through this machine by what they say they have read.
    anywhere: isLoopback(config.host)
  });
  const registry = createRegistryService({
    ...core,
    tracking,
    seal: createSeal(() => config.secretsKey ?? readKeyFile(join(data, 'secrets.key'))),
    // A server for others must not be led into their network by what they ask it to call.
    reach: { private: isLoopback(config.host) }
  });
  const lessons = createLessons(database, analysis);
  await lessons.load();
  const transfer = createTransferService({ database, tracking, registry, bus });
  const pipelines = createPipelinesService({
    know: lessons.knownOf,
    ...core,
    database: local,
    analysis,
    tracking,
    environments,
    folder: join(data, 'pipelines')
  });
  const executor = createExecutorService({
    ...core,
    database: local,
    analysis,
    pipelines,
    tracking,
    environments,
    folder: join(data, 'values'),
    bridge,
    connection: () => connection
  });
  const exports = createExportsService({
    ...core,
    database: local,
    analysis,
    environments,
    pipelines
  });
  const deployments = createDeploymentsService({
    ...core,
    database: local,
    registry,
    artifacts,
    python,
    bridge
  });
  const proof = createProofService({
    ...core,
    analysis,
    environments,
    lessons,
    python,
    bridge
  });
  const levels = createLevelsService({
    tracking,
    pipelines,
    executor,
    exports,
    registry,
    deployments
  });

  const notebooks = createNotebooksService({
    ...core,
    databases: [...new Set([database, local])]
  });

  app.get('/health', { config: { operation: 'health' } }, async () => 'OK');
  frontPage(app);
  // MLflow's clients ask which server they talk to: one older than traces, which we do not keep.
  app.get('/version', { config: { operation: 'version' } }, async () => '3.3.2');
  route(app, getStatus, () => ({
    version: VERSION,
    workspace: workspace.root,
    data,
    project: basename(workspace.root)
  }));
  eventRoutes(app, bus);
  analysisRoutes(app, analysis);
  trackingRoutes(app, tracking);
  mlflowWire(app, wire => {
    trackingMlflowRoutes(wire, tracking);
    registryMlflowRoutes(wire, registry);
  });
  registryRoutes(app, registry);
  transferRoutes(app, transfer);
  pipelinesRoutes(app, pipelines);
  executorRoutes(app, executor);
  exportsRoutes(app, exports);
  deploymentsRoutes(app, deployments);
  proofRoutes(app, proof);
  levelsRoutes(app, levels);
  notebooksRoutes(app, notebooks);

  await tracking.resume();
  registry.resume();
  app.addHook('onClose', async () => {
    await deployments.close();
    await proof.close();
    await executor.close();
    await registry.close();
    await tracking.close();
    await database.close();
    if (database !== local) await local.close();
  });
  return { app, connect: value => (connection = value) };
}
