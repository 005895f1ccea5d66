// Prediction services on this machine: started, followed, stopped, and brought back with the server.
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/open.ts';
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { RegistryService } from '../registry/service.ts';
import type * as operations from '../contract/deployments.ts';
import type { Endpoint } from '../contract/deployments.ts';
import { problem } from '../contract/problem.ts';
import type { Handler } from '../http/route.ts';
import { type RunningEndpoint, startEndpoint, urlOf } from './endpoint.ts';
import { createDeploymentsStore, type EndpointRow } from './store.ts';

export interface DeploymentsService {
  deploy: Handler<typeof operations.deploy>;
  listEndpoints: Handler<typeof operations.listEndpoints>;
  getEndpoint: Handler<typeof operations.getEndpoint>;
  stopEndpoint: Handler<typeof operations.stopEndpoint>;
  /** Brings back what ran when the server ended, on the same ports and tokens. For a server that stays, not for a command. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface DeploymentsParts {
  database: Database;
  registry: RegistryService;
  artifacts: ArtifactPlaces;
  bus: EventBus;
  clock: Clock;
  python: string;
  bridge: string;
}

/** Traffic changes an endpoint's figures all the time; panels hear of it once a second. */
const QUIET = 1000;
const NOT_RUNNING = {
  version: undefined,
  requests: 0,
  errors: 0,
  snippets: { curl: '', python: '', typescript: '' }
};

/** What is known of a service that this server started or tried to. */
type Slot =
  | { endpoint: RunningEndpoint; loading: AbortController }
  | { starting: true; loading: AbortController }
  | { failed: string };

export function createDeploymentsService(parts: DeploymentsParts): DeploymentsService {
  const { registry, artifacts, bus, clock, python, bridge } = parts;
  const store = createDeploymentsStore(parts.database);
  const slots = new Map<string, Slot>();
  const announced = new Map<string, NodeJS.Timeout>();
  const later = new Set<string>();
  const starting = new Set<Promise<unknown>>();
  let closed = false;

  registry.onAliasFollowers((model, alias) =>
    [...running()]
      .filter(({ row }) => row.model === model && row.alias === alias)
      .map(({ row }) => row.name)
  );
  const unsubscribe = bus.subscribe(event => {
    if (event.type !== 'alias-moved') return;
    for (const endpoint of running()) {
      const { model, alias } = endpoint.row;
      if (model === event.model && alias === event.alias) void endpoint.follow();
    }
  });

  function* running(): Generator<RunningEndpoint> {
    for (const slot of slots.values()) if ('endpoint' in slot) yield slot.endpoint;
  }

  function announce(name: string): void {
    if (closed || announced.has(name)) return;
    bus.publish({ type: 'endpoint-changed', name });
    const timer = setTimeout(() => {
      announced.delete(name);
      if (later.delete(name)) announce(name);
    }, QUIET);
    announced.set(name, timer.unref());
  }
  const changed = (name: string) => (announced.has(name) ? void later.add(name) : announce(name));

  async function start(row: EndpointRow): Promise<RunningEndpoint> {
    const { name } = row;
    const loading = new AbortController();
    slots.set(name, { starting: true, loading });
    announce(name);
    try {
      const endpoint = await startEndpoint(row, {
        registry,
        artifacts,
        python,
        bridge,
        signal: loading.signal,
        recordDigest: (location, digest) => store.recordDigest(location, digest, clock()),
        onChange: () => changed(name),
        onSwitch: (from, to) =>
          store.addSwitch({
            endpoint: name,
            from_version: from ?? null,
            to_version: to,
            time: clock()
          })
      });
      slots.set(name, { endpoint, loading });
      // The alias may have moved while the first version was loading.
      void endpoint.follow();
      return endpoint;
    } catch (error) {
      if (loading.signal.aborted) {
        slots.delete(name);
        throw problem('model_not_servable', `"${name}" was stopped while its model was loading`);
      }
      slots.set(name, { failed: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      changed(name);
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    starting.add(work);
    void work.catch(() => {}).finally(() => starting.delete(work));
    return work;
  }

  async function describe(row: EndpointRow): Promise<Endpoint> {
    const switches = (await store.listSwitches(row.name)).map(
      ({ time, from_version, to_version }) => ({
        time,
        to: to_version,
        ...(from_version !== null && { from: from_version })
      })
    );
    const slot = slots.get(row.name);
    const common = {
      name: row.name,
      model: row.model,
      ...(row.alias !== null && { alias: row.alias }),
      ...(row.token !== null && { token: row.token }),
      switches
    };
    if (slot && 'endpoint' in slot) return { ...common, ...slot.endpoint.describe() };
    const idle = {
      ...NOT_RUNNING,
      ...(row.version !== null && { version: row.version }),
      url: urlOf(row.port)
    };
    if (slot && 'starting' in slot)
      return { ...common, ...idle, state: 'starting', detail: 'The model is loading' };
    if (slot) return { ...common, ...idle, state: 'failed', detail: slot.failed };
    const detail = row.wanted ? 'It comes back with the server (`stepladder serve`)' : '';
    return { ...common, ...idle, state: 'stopped', detail };
  }

  async function find(name: string): Promise<EndpointRow> {
    const row = await store.find(name);
    if (row) return row;
    throw problem('endpoint_not_found', `There is no endpoint "${name}"`, {
      remedy: 'Deploy a model first'
    });
  }

  return {
    async deploy(asked) {
      const row = await plan(asked);
      const endpoint = await track(start(row)).catch((error: unknown) => {
        // A deployment that never answered leaves nothing behind.
        slots.delete(row.name);
        throw error;
      });
      await store.save(endpoint.row);
      const version = endpoint.describe().version!;
      await store.addSwitch({
        endpoint: row.name,
        from_version: null,
        to_version: version,
        time: clock()
      });
      changed(row.name);
      return describe(endpoint.row);
    },
    async listEndpoints() {
      return { items: await Promise.all((await store.list()).map(describe)) };
    },
    getEndpoint: async ({ name }) => describe(await find(name)),
    async stopEndpoint({ name }) {
      const row = await find(name);
      const slot = slots.get(name);
      await store.setWanted(name, false);
      if (slot && 'loading' in slot) slot.loading.abort();
      slots.delete(name);
      if (slot && 'endpoint' in slot) await slot.endpoint.stop();
      changed(name);
      return describe({ ...row, wanted: 0 });
    },
    async resume() {
      const rows = (await store.list()).filter(row => row.wanted && !slots.has(row.name));
      // One that cannot come back shows why; the others are not held up by it.
      await Promise.all(rows.map(row => track(start(row)).catch(() => {})));
    },
    async close() {
      closed = true;
      unsubscribe();
      for (const timer of announced.values()) clearTimeout(timer);
      for (const slot of slots.values()) if ('loading' in slot) slot.loading.abort();
      await Promise.allSettled(starting);
      await Promise.all([...running()].map(endpoint => endpoint.stop()));
    }
  };

  /** The row of a new service, or of a stopped one that comes back where it was. */
  async function plan({
    model,
    alias,
    version,
    name,
    port,
    auth
  }: Parameters<DeploymentsService['deploy']>[0]): Promise<EndpointRow> {
    if (alias !== undefined && version !== undefined) {
      throw problem(
        'invalid_request',
        'An endpoint follows an alias or serves one version, not both'
      );
    }
    const followed = version === undefined ? (alias ?? 'champion') : null;
    await registry.findServable(model, version === undefined ? { alias: followed! } : { version });
    const chosen = name ?? nameFor(model, followed, version);
    const slot = slots.get(chosen);
    if (slot && !('failed' in slot)) {
      const url = 'endpoint' in slot ? ` at ${urlOf(slot.endpoint.row.port)}` : '';
      throw problem('already_running', `The endpoint "${chosen}" is running${url}`, {
        remedy: 'Stop it first, or deploy under another name'
      });
    }
    const before = await store.find(chosen);
    const isSame = before?.model === model;
    return {
      name: chosen,
      model,
      alias: followed,
      version: version ?? null,
      port: port !== 0 ? port : isSame ? before.port : 0,
      token:
        auth === 'none'
          ? null
          : ((isSame ? before.token : null) ?? randomBytes(24).toString('hex')),
      wanted: 1,
      created_time: before?.created_time ?? clock()
    };
  }
}

/** The champion's service is called like the model; others say what they serve. */
function nameFor(model: string, alias: string | null, version: string | undefined): string {
  const suffix = version !== undefined ? `-v${version}` : alias === 'champion' ? '' : `-${alias}`;
  const fit = `${model}${suffix}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return fit || 'model';
}
