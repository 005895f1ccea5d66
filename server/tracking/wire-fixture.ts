// MLflow's tracking calls on a tracking service of their own, without a port. For tests only.
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach } from 'vitest';
import { guard } from '../auth/guard.ts';
import { mlflowAddress, mlflowWire } from '../http/mlflow-route.ts';
import { trackingMlflowRoutes } from './mlflow-routes.ts';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of foreign shapes, checked by the expectations
export type Answer = { status: number; body: any };
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface WireFixture {
  house: TrackingFixture;
  app: FastifyInstance;
  /** One of MLflow's calls; the fields travel where its clients put them. */
  call(method: Method, path: string, fields?: object): Promise<Answer>;
  post(path: string, fields?: object): Promise<Answer>;
  /** @returns its id. */
  newRun(fields?: object): Promise<string>;
  getRun(runId: string): Promise<Answer['body']>;
  close(): Promise<void>;
}

async function createWireFixture(): Promise<WireFixture> {
  const house = await createTrackingFixture();
  const app = Fastify({
    bodyLimit: 64 * 1024 * 1024,
    rewriteUrl: ({ url = '/' }) => mlflowAddress(url)
  });
  guard(app, {});
  mlflowWire(app, wire => trackingMlflowRoutes(wire, house.tracking));

  async function call(method: Method, path: string, fields: object = {}): Promise<Answer> {
    const url = `/api/2.0/mlflow/${path}`;
    const answer = await app.inject(
      method === 'GET'
        ? { method, url: `${url}?${queryOf(fields)}` }
        : { method, url, payload: fields }
    );
    return { status: answer.statusCode, body: answer.json() };
  }
  const post = (path: string, fields: object = {}) => call('POST', path, fields);

  return {
    house,
    app,
    call,
    post,
    newRun: async (fields = {}) => (await post('runs/create', fields)).body.run.info.run_id,
    getRun: async run_id => (await call('GET', 'runs/get', { run_id })).body.run,
    async close() {
      await app.close();
      await house.close();
    }
  };
}

/** To each test of the file a service of its own; what is taken from the answer always speaks to the present one. */
export function useWire(): Omit<WireFixture, 'close'> {
  let present: WireFixture;
  beforeEach(async () => {
    present = await createWireFixture();
  });
  afterEach(() => present.close());
  return {
    get house() {
      return present.house;
    },
    get app() {
      return present.app;
    },
    call: (...asked) => present.call(...asked),
    post: (...asked) => present.post(...asked),
    newRun: fields => present.newRun(fields),
    getRun: runId => present.getRun(runId)
  };
}

/** A list is the same field several times. */
export function queryOf(fields: object): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(fields))
    for (const one of [value].flat()) query.append(key, String(one));
  return query.toString();
}
