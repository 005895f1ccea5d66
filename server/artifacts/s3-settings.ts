// How an S3-compatible storage is reached: what Amazon's and MLflow's own tools read from the environment.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const S3Settings = z.object({
  /** Of a storage that is not Amazon's. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string(),
  accessKeyId: z.string().optional(),
  secretAccessKey: z.string().optional(),
  sessionToken: z.string().optional()
});
export type S3Settings = z.infer<typeof S3Settings>;

type Environment = Record<string, string | undefined>;

/** @param home where `.aws` is, for a machine that keeps its keys in files. */
export function readS3Settings(environment: Environment, home: string): S3Settings {
  const profile = environment['AWS_PROFILE'] ?? 'default';
  const file = environment['AWS_SHARED_CREDENTIALS_FILE'] ?? `${home}/.aws/credentials`;
  const inEnvironment = environment['AWS_ACCESS_KEY_ID'] !== undefined;
  const kept = inEnvironment ? {} : readSection(file, profile);
  const pick = (name: string) => environment[name.toUpperCase()] ?? kept[name];
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? kept['region'];
  const endpoint =
    environment['MLFLOW_S3_ENDPOINT_URL'] ??
    environment['AWS_ENDPOINT_URL_S3'] ??
    environment['AWS_ENDPOINT_URL'];
  return {
    endpoint: endpoint === '' ? undefined : endpoint,
    region: region ?? 'us-east-1',
    accessKeyId: pick('aws_access_key_id'),
    secretAccessKey: pick('aws_secret_access_key'),
    sessionToken: pick('aws_session_token')
  };
}

/** `[profile]`, then `name = value` lines. */
function readSection(file: string, section: string): Record<string, string> {
  const values: Record<string, string> = {};
  let isInside = false;
  for (const line of readLines(file)) {
    const header = /^\s*\[([^\]]*)\]/.exec(line);
    if (header) isInside = header[1]!.trim() === section;
    const setting = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (isInside && setting) values[setting[1]!.toLowerCase()] = setting[2]!;
  }
  return values;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
