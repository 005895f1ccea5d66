// What a model's files say of it: format, signature, input example. Read as text; nothing is unpickled to look.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { problem } from '../contract/problem.ts';
import { parseYaml } from '../text/lazy-yaml.ts';
import { readSignature, type Signature } from '../text/model-signature.ts';

export interface ModelFiles {
  folder: string;
  /** SHA-256 over names and content of all files. */
  digest: string;
  /** How to load it without MLflow: its own file and the format of that. */
  estimator?: { file: string; format: 'pickle' | 'skops'; trusted: string[] };
  /** It can be loaded by `mlflow.pyfunc`. */
  pyfunc: boolean;
  signature: Signature;
  /** A body of `/invocations` that the model was logged with. */
  example?: Record<string, unknown>;
}

interface Flavors {
  python_function?: { model_path?: unknown };
  sklearn?: {
    pickled_model?: unknown;
    serialization_format?: unknown;
    skops_trusted_types?: unknown;
  };
}

const EXAMPLE_BYTES = 1024 * 1024;

export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const text = await readFile(join(folder, 'MLmodel'), 'utf8').catch(() => {
    throw problem(
      'model_not_servable',
      'The version has no MLmodel file, so nothing says how to load it',
      {
        remedy: 'Log the model with mlflow.<flavor>.log_model or stepladder.log_model'
      }
    );
  });
  const model = readYaml(text);
  const flavors = (model['flavors'] ?? {}) as Flavors;
  const estimator = await findEstimator(folder, flavors);
  const example = await readExample(folder, model['saved_input_example_info']);
  return {
    folder,
    digest: await digestOf(folder),
    pyfunc: flavors.python_function !== undefined,
    signature: readSignature(model['signature']),
    ...(estimator && { estimator }),
    ...(example && { example })
  };
}

function readYaml(text: string): Record<string, unknown> {
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 0 });
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : '';
    throw problem('model_not_servable', `The MLmodel file is not YAML that can be read: ${reason}`);
  }
  throw problem('model_not_servable', 'The MLmodel file does not describe a model');
}

async function findEstimator(
  folder: string,
  { sklearn, python_function: pyfunc }: Flavors
): Promise<ModelFiles['estimator']> {
  for (const file of [sklearn?.pickled_model, pyfunc?.model_path, 'model.pkl']) {
    // One plain name: a path could lead out of the folder.
    if (typeof file !== 'string' || !/^[\w-][\w.-]*$/.test(file)) continue;
    if (!(await stat(join(folder, file)).catch(() => undefined))?.isFile()) continue;
    const trusted = Array.isArray(sklearn?.skops_trusted_types)
      ? sklearn.skops_trusted_types.map(String)
      : [];
    return { file, format: file.endsWith('.skops') ? 'skops' : 'pickle', trusted };
  }
  return undefined;
}

async function readExample(
  folder: string,
  info: unknown
): Promise<Record<string, unknown> | undefined> {
  const path = (info as { serving_input_path?: unknown } | undefined)?.serving_input_path;
  if (typeof path !== 'string' || !/^[\w-][\w.-]*$/.test(path)) return undefined;
  const file = join(folder, path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > EXAMPLE_BYTES) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

async function digestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  const all = createHash('sha256');
  for (const file of files.sort()) {
    const one = createHash('sha256');
    for await (const chunk of createReadStream(file)) one.update(chunk as Buffer);
    all.update(`${relative(folder, file).split(sep).join('/')}\0${one.digest('hex')}\n`);
  }
  return all.digest('hex');
}
