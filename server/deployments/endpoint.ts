// One prediction service: its port, the version that answers, and the switch to another one without a failed request.
import type { FastifyInstance } from 'fastify';
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import { problem, ProblemError } from '../contract/problem.ts';
import type { Endpoint } from '../contract/deployments.ts';
import type { RegistryService, ServableVersion } from '../registry/service.ts';
import { type ModelFiles, readModelFiles } from './model-files.ts';
import { type ModelWorker, startModelWorker } from './model-worker.ts';
import { buildPredictionServer } from './prediction-server.ts';
import { writeSnippets } from './snippets.ts';
import type { EndpointRow } from './store.ts';
import { createTraffic } from './traffic.ts';

export interface RunningEndpoint {
  readonly row: EndpointRow;
  describe(): Pick<
    Endpoint,
    'state' | 'detail' | 'version' | 'url' | 'requests' | 'errors' | 'p50' | 'p95' | 'snippets'
  >;
  /** Looks where its alias points now, and switches there when that is another version. */
  follow(): Promise<void>;
  stop(): Promise<void>;
}

export interface EndpointParts {
  registry: RegistryService;
  artifacts: ArtifactPlaces;
  python: string;
  bridge: string;
  /** The digest that a place of files had when it was first served. */
  recordDigest(location: string, digest: string): Promise<string>;
  /** Ends what is still loading. */
  signal: AbortSignal;
  onChange(): void;
  onSwitch(from: string | undefined, to: string): Promise<void>;
}

interface Serving {
  version: string;
  worker: ModelWorker;
}

/** Answers when the service is ready. @throws model_not_servable, and leaves nothing behind. */
export async function startEndpoint(
  asked: EndpointRow,
  parts: EndpointParts
): Promise<RunningEndpoint> {
  const traffic = createTraffic();
  let state: Endpoint['state'] = 'starting';
  let detail = '';
  let serving: Serving | undefined;
  let row = asked;
  let stopped = false;

  function enter(next: Endpoint['state'], words = ''): void {
    [state, detail] = [next, words];
    parts.onChange();
  }

  const which = () => (row.alias !== null ? { alias: row.alias } : { version: row.version! });

  async function open(target: ServableVersion): Promise<Serving> {
    const files = await findFiles(target, parts);
    const worker = await load(target, files, {
      ...parts,
      onTrouble: message =>
        enter(
          message ? 'failed' : 'ready',
          message && `The model's process does not come back: ${message}`
        )
    });
    return { version: target.version, worker };
  }

  async function switchTo(target: ServableVersion): Promise<void> {
    const previous = serving!;
    enter(
      'switching',
      `Version ${target.version} is loading; version ${previous.version} answers meanwhile`
    );
    const next = await open(target);
    if (stopped) return next.worker.kill();
    serving = next;
    // The old one answers what it was asked before the switch, then goes.
    void previous.worker.drain();
    await parts.onSwitch(previous.version, next.version);
    enter('ready');
  }

  async function settle(): Promise<void> {
    try {
      const target = await parts.registry.findServable(row.model, which());
      if (!stopped && target.version !== serving!.version) await switchTo(target);
      else if (!stopped && state === 'failed') enter('ready');
    } catch (error) {
      if (stopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      enter('failed', `${reason}. Version ${serving!.version} goes on answering`);
    }
  }

  const server = buildPredictionServer(
    {
      names: [row.model, row.name],
      model: () =>
        serving && {
          name: row.model,
          version: serving.version,
          signature: serving.worker.files.signature,
          loader: serving.worker.loader
        },
      async ask(header, bodies) {
        for (;;) {
          const { worker, version } = serving!;
          const answer = await worker.ask(header, bodies);
          // Asked in the very moment of a switch: the next version has its place already.
          const isReplaced = !answer.ok && answer.reason === 'closed' && serving!.worker !== worker;
          if (!isReplaced) return { answer, version };
        }
      },
      record(milliseconds, failed) {
        traffic.record(milliseconds, failed);
        parts.onChange();
      }
    },
    row.token ?? undefined
  );

  row = { ...row, port: await listen(server, row.port) };
  try {
    serving = await open(await parts.registry.findServable(row.model, which()));
  } catch (error) {
    await server.close();
    throw error;
  }
  enter('ready');

  let following = Promise.resolve();
  return {
    row,
    describe: () => ({
      state,
      detail,
      version: serving?.version,
      url: urlOf(row.port),
      ...traffic.read(),
      snippets: writeSnippets({
        url: urlOf(row.port),
        token: row.token ?? undefined,
        files: serving!.worker.files
      })
    }),
    // One switch at a time; each looks anew, so that moves which came meanwhile need no switch of their own.
    follow: () => (following = following.then(settle)),
    async stop() {
      stopped = true;
      await server.close();
      await serving?.worker.kill();
      await following;
    }
  };
}

export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

async function listen(server: FastifyInstance, port: number): Promise<number> {
  try {
    await server.listen({ host: '127.0.0.1', port });
  } catch (error) {
    await server.close();
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw problem('already_running', `Port ${port} is taken by another program`, {
      remedy: 'Choose another port, or 0 for a free one'
    });
  }
  const address = server.server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Only files of our own store, and only as they were when the version was first served. */
async function findFiles(
  target: ServableVersion,
  { artifacts, recordDigest }: EndpointParts
): Promise<ModelFiles> {
  const place = artifacts.find(target.location);
  if (!place) {
    throw problem(
      'model_not_servable',
      `The files of version ${target.version} of "${target.model}" are not in this server's store, but at ${target.location}`,
      {
        remedy: 'Log the model to this server and register that one'
      }
    );
  }
  const folder = await place.store.local(place.path).catch(() => {
    throw problem(
      'model_not_servable',
      `The files of version ${target.version} of "${target.model}" are gone`
    );
  });
  const files = await readModelFiles(folder);
  if ((await recordDigest(target.location, files.digest)) !== files.digest) {
    throw problem(
      'model_not_servable',
      `The files of version ${target.version} of "${target.model}" have changed since it was first served, so they are not loaded`,
      {
        remedy: 'Register the changed model as a new version'
      }
    );
  }
  return files;
}

interface LoadParts extends EndpointParts {
  onTrouble(message: string | undefined): void;
}

async function load(
  target: ServableVersion,
  files: ModelFiles,
  parts: LoadParts
): Promise<ModelWorker> {
  const { python, bridge, signal, onTrouble } = parts;
  const name = `Version ${target.version} of "${target.model}"`;
  try {
    const verify = async () => void (await findFiles(target, parts));
    const worker = await startModelWorker({ python, bridge, files, verify, signal, onTrouble });
    await warmUp(worker, name);
    return worker;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw problem('model_not_servable', `${name} could not be loaded: ${reason}`, {
      remedy: 'Install what the model needs into the environment that the server runs models in'
    });
  }
}

/** The first prediction is slow, so it is ours; and a model that cannot take its own example is not switched to. */
async function warmUp(worker: ModelWorker, name: string): Promise<void> {
  const { example } = worker.files;
  if (!example) return;
  const answer = await worker.ask({ kind: 'json' }, [Buffer.from(JSON.stringify(example), 'utf8')]);
  if (answer.ok) return;
  await worker.kill();
  throw problem(
    'model_not_servable',
    `${name} fails on the input example it was logged with: ${answer.message}`
  );
}
