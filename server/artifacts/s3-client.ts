// Signed requests to one bucket. What fails in passing is tried again; what is wrong is said in words.
import { createHash } from 'node:crypto';
import type { AwsClient } from 'aws4fetch';
import { problem } from '../contract/problem.ts';
import type { S3Settings } from './s3-settings.ts';

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Within the bucket; the bucket itself without one. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | undefined;
}

export interface S3Client {
  /** A 404 is an answer. @throws storage_unavailable, invalid_request */
  send(request: S3Request): Promise<Response>;
}

const TRIES = 4;
const PAUSE = 200;

/** @throws invalid_request when nobody said with which key. */
export function createS3Client(bucket: string, settings: S3Settings): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = settings;
  if (!accessKeyId || !secretAccessKey) {
    throw problem('invalid_request', `There is no key for the storage at "s3://${bucket}"`, {
      remedy: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them to ~/.aws/credentials'
    });
  }
  const base = addressOf(bucket, endpoint, region);
  // In the clear, what is sent is signed too.
  const isSigned = base.startsWith('http:');
  let signer: Promise<AwsClient> | undefined;
  const loadSigner = async () => {
    const { AwsClient } = await import('aws4fetch');
    return new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken ? { sessionToken } : {}),
      service: 's3',
      region,
      retries: 0
    });
  };

  async function attempt({ method, key, query, headers, body }: S3Request): Promise<Response> {
    const url = new URL(key === undefined ? base : `${base}/${encodeKey(key)}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const digest = isSigned ? await sha256(body) : 'UNSIGNED-PAYLOAD';
    const request = await (
      await (signer ??= loadSigner())
    ).sign(url, {
      method,
      headers: { ...headers, 'x-amz-content-sha256': digest },
      ...(body === undefined ? {} : { body })
    });
    return fetch(request);
  }

  return {
    async send(request) {
      for (let tries = 1; ; tries += 1) {
        const answer = await attempt(request).catch((error: unknown) => asReason(error));
        const isPassing =
          typeof answer === 'string' || answer.status >= 500 || answer.status === 429;
        if (!isPassing) return checked(answer, request, bucket);
        const reason = typeof answer === 'string' ? answer : await answer.text().then(codeOf);
        if (tries === TRIES) {
          throw problem(
            'storage_unavailable',
            `The storage at "s3://${bucket}" does not answer: ${reason}`,
            { remedy: 'Check that it runs and can be reached; what was not saved is sent again' }
          );
        }
        await new Promise(resolve => setTimeout(resolve, PAUSE * 2 ** tries * Math.random()));
      }
    }
  };
}

async function checked(answer: Response, request: S3Request, bucket: string): Promise<Response> {
  if (answer.ok) return answer;
  const { status } = answer;
  const code = codeOf(await answer.text()) || String(status);
  const isRefusal =
    status === 401 || status === 403 || code === 'NoSuchBucket' || code === 'PermanentRedirect';
  if (isRefusal) {
    throw problem('storage_unavailable', `The storage refuses "s3://${bucket}": ${code}`, {
      remedy: 'Check the key, the bucket and what the key may do there'
    });
  }
  if (status === 404) return answer;
  throw problem('invalid_request', `The storage does not take "${request.key ?? bucket}": ${code}`);
}

/** Amazon wants the bucket in the host's name; others, and names with dots, in the path. */
function addressOf(bucket: string, endpoint: string | undefined, region: string): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  if (bucket.includes('.')) return `https://s3.${region}.amazonaws.com/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com`;
}

const encodeKey = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

async function sha256(body: Uint8Array<ArrayBuffer> | undefined): Promise<string> {
  if (body === undefined || body.length === 0) return createHash('sha256').digest('hex');
  // Large parts are summed beside the event loop.
  return Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
}

const codeOf = (xml: string): string => /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? '';

function asReason(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
