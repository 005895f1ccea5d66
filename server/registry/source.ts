// Where a version's files are. A client names a source; only places of our own runs and models pass, and other people's
// storage by its address. A path of a file system passes where the run or model keeps its files at such a path, and below it.
import { posix } from 'node:path';
import { problem, type ProblemError } from '../contract/problem.ts';

export interface SourceAsked {
  source: string;
  runId?: string | undefined;
  modelId?: string | undefined;
}

export interface Source {
  /** As the client gave it. */
  source: string;
  /** The place of the files. */
  location: string;
  runId?: string | undefined;
  modelId?: string | undefined;
}

/** What has to be known of runs and models to judge a source. */
export interface Places {
  /** Artifact root of a run; absent when there is no such run. */
  runRoot(runId: string): Promise<string | undefined>;
  loggedModel(
    modelId: string
  ): Promise<{ location: string; runId?: string | undefined } | undefined>;
  /** The logged model of that name of a run. */
  modelOfRun(
    runId: string,
    name: string
  ): Promise<{ location: string; modelId: string } | undefined>;
  version(name: string, versionOrAlias: string): Promise<Source>;
}

export async function resolveSource(asked: SourceAsked, places: Places): Promise<Source> {
  const { source } = asked;
  const scheme = /^([a-z][\w+.-]*):/i.exec(source)?.[1]?.toLowerCase();
  const isLocal = scheme === undefined || scheme === 'file' || scheme.length === 1;
  if (!isLocal) refuseRelative(source);
  if (scheme === 'models') return resolveModel(asked, places);
  const runId = asked.runId ?? (asked.modelId && (await places.loggedModel(asked.modelId))?.runId);
  const known = { source, runId: runId || undefined, modelId: asked.modelId };
  if (isLocal) return { ...known, location: await insideLocalRoot(asked, places) };
  if (scheme === 'runs') return { ...known, ...(await resolveRun(asked, places)) };
  if (
    scheme === 'mlflow-artifacts' ||
    /^https?:.*\/api\/2\.0\/mlflow-artifacts\/artifacts\//i.test(source)
  ) {
    return { ...known, location: await insideRoot(asked, places) };
  }
  return { ...known, location: source };
}

async function resolveModel(asked: SourceAsked, places: Places): Promise<Source> {
  const { source } = asked;
  const place = /^models:\/([^/].*)$/.exec(source)?.[1];
  if (place === undefined) throw wrongOwner(source, 'model_id');
  if (/^m-[\w-]+$/.test(place)) {
    if (asked.modelId !== place) throw wrongOwner(source, 'model_id');
    const model = await places.loggedModel(place);
    if (!model) throw wrongOwner(source, 'model_id');
    return { source, location: model.location, modelId: place, runId: asked.runId || model.runId };
  }
  const named = /^([^/@]+)(?:\/|@)([\w-]+)$/.exec(place);
  if (!named) throw wrongOwner(source, 'model_id');
  const other = await places.version(named[1]!, named[2]!);
  const contradicts =
    (asked.runId !== undefined && asked.runId !== (other.runId ?? '')) ||
    (asked.modelId !== undefined && asked.modelId !== (other.modelId ?? ''));
  if (contradicts) {
    throw problem(
      'invalid_request',
      `Invalid model version source: '${source}'. The run_id and model_id request parameters must match the referenced model version.`
    );
  }
  return { ...other, source };
}

async function resolveRun(
  asked: SourceAsked,
  places: Places
): Promise<{ location: string; modelId?: string }> {
  const { source } = asked;
  const [, runId, path] = /^runs:\/([\w-]+)\/(.+)$/.exec(source) ?? [];
  if (!runId || !path || asked.runId !== runId) throw wrongOwner(source, 'run_id');
  const root = await places.runRoot(runId);
  // MLflow takes a run of another server on its word; such a version can be listed, but not served from here.
  if (root === undefined) return { location: source };
  return (await places.modelOfRun(runId, path)) ?? { location: `${root}/${path}` };
}

async function insideRoot(asked: SourceAsked, places: Places): Promise<string> {
  const owner = asked.modelId ? 'model_id' : 'run_id';
  const root = asked.modelId
    ? (await places.loggedModel(asked.modelId))?.location
    : asked.runId && (await places.runRoot(asked.runId));
  const location = normalize(asked.source);
  if (!root) throw wrongOwner(asked.source, owner);
  const base = normalize(root);
  if (location !== base && !location.startsWith(`${base}/`)) throw wrongOwner(asked.source, owner);
  return location;
}

async function insideLocalRoot(asked: SourceAsked, places: Places): Promise<string> {
  const { source, modelId, runId } = asked;
  const owner = modelId ? 'model_id' : 'run_id';
  const root = modelId
    ? (await places.loggedModel(modelId))?.location
    : runId && (await places.runRoot(runId));
  const base = root ? localPath(root) : undefined;
  // The one mistake that MLflow's server answers with 500, and its tests hold it to that.
  if (/^file:\/\/(?!localhost\/)[^/]/i.test(source)) {
    throw problem(
      'internal',
      `${source} is not a valid remote uri. For remote access on windows, please consider using a different scheme such as SMB (e.g. smb://<hostname>/<path>).`
    );
  }
  const path = localPath(source);
  if (base !== undefined && path !== undefined && (path === base || path.startsWith(`${base}/`)))
    return /^file:/i.test(source) ? `file://${path}` : path;
  throw problem(
    'invalid_request',
    `Invalid model version source: '${source}'. To use a local path as a model version source, the ${owner} request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the ${owner}.`
  );
}

/** The absolute path, without `.` and `..`, of a path or of a `file:` address of this machine. */
function localPath(place: string): string | undefined {
  const path = place.replace(/^file:(\/\/(localhost)?(?=\/))?/i, '');
  if (!path.startsWith('/') || path.startsWith('//')) return undefined;
  const plain = path === place ? path : unquote(path);
  return plain.includes('\0') ? undefined : posix.normalize(plain).replace(/(.)\/+$/, '$1');
}

/** `mlflow-artifacts:/a/b`, however it was spelled (with a host, through the proxy's address). */
function normalize(uri: string): string {
  const path = uri
    .replace(/^mlflow-artifacts:(\/\/[^/]*)?/i, '')
    .replace(/^https?:.*?\/api\/2\.0\/mlflow-artifacts\/artifacts/i, '');
  return `mlflow-artifacts:/${unquote(path).split('/').filter(Boolean).join('/')}`;
}

function refuseRelative(source: string): void {
  const plain = unquote(source);
  const isRelative = plain.split(/[/\\]/).some(part => part === '..' || part === '.');
  if (!isRelative && !/[\0#?]/.test(plain)) return;
  throw problem(
    'invalid_request',
    `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`
  );
}

/** Escapes inside escapes hide `..` from a single pass. */
function unquote(text: string): string {
  let plain = text;
  for (let pass = 0; pass < 8; pass += 1) {
    let next: string;
    try {
      next = decodeURIComponent(plain);
    } catch {
      return plain;
    }
    if (next === plain) return plain;
    plain = next;
  }
  throw problem(
    'invalid_request',
    `Invalid model version source: '${text}'. It is escaped too often.`
  );
}

const wrongOwner = (source: string, parameter: 'run_id' | 'model_id'): ProblemError =>
  problem(
    'invalid_request',
    `Invalid model version source: '${source}'. The ${parameter} request parameter must identify the resource that contains the source.`
  );
