// Large files over MLflow's proxy: sent in parts side by side, fetched in ranges. The addresses that a client is given are
// this server's own; it shows no credentials of its own there, so it is told to bring along those it has just shown.
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { PartStore } from '../artifacts/artifact-store.ts';
import * as wire from '../contract/mlflow-artifacts.ts';
import { problem } from '../contract/problem.ts';
import type { MlflowCaller } from '../http/mlflow-route.ts';
import type { Artifacts } from './artifacts.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

export const PART_PATH = '/mlflow-artifacts/mpu/part';

export type ArtifactParts = ReturnType<typeof createArtifactParts>;

export function createArtifactParts(artifacts: Artifacts) {
  /** @throws not_implemented in the words that make a client send the file whole. */
  function partsOf(wanted: string): { parts: PartStore; path: string } {
    const { store, path } = artifacts.proxied(wanted);
    if (store.parts) return { parts: store.parts, path };
    throw problem(
      'not_implemented',
      'Multipart upload is not supported for the current artifact repository'
    );
  }

  /** Of the file's path only the name counts: clients send the one on their own machine. */
  const target = ({ '*': folder, path }: { '*': string; path: string }) =>
    partsOf(`${folder === '' ? '' : `${folder}/`}${path.slice(path.lastIndexOf('/') + 1)}`);

  return {
    async begin(input: Input<typeof wire.createMultipartUpload>, caller: MlflowCaller) {
      const { parts, path } = target(input);
      const upload = await parts.begin(path);
      return {
        upload_id: upload,
        credentials: Array.from({ length: input.num_parts }, (_, index) => ({
          url: `${caller.origin}/api/2.0${PART_PATH}/${upload}/${index + 1}/${encodePath(path)}`,
          part_number: index + 1,
          headers: credentialsOf(caller)
        }))
      };
    },

    async put(upload: string, part: string, wanted: string, content: Readable): Promise<string> {
      const number = /^\d{1,5}$/.test(part) ? Number(part) : 0;
      if (number < 1 || number > wire.MOST_PARTS)
        throw problem('invalid_request', `"${part}" is not the number of a part`);
      const { parts, path } = partsOf(wanted);
      return parts.put(path, upload, number, content);
    },

    async join(input: Input<typeof wire.completeMultipartUpload>) {
      const { parts, path } = target(input);
      const given = input.parts.map(({ part_number, etag }) => ({
        part: part_number,
        etag: etag.replace(/^"(.*)"$/, '$1')
      }));
      await parts.join(path, input.upload_id, given);
    },

    async drop(input: Input<typeof wire.abortMultipartUpload>) {
      const { parts, path } = target(input);
      await parts.drop(path, input.upload_id);
    },

    async locate({ '*': wanted }: Input<typeof wire.getPresignedDownload>, caller: MlflowCaller) {
      const { store, path } = artifacts.proxied(wanted);
      const bytes = await store.size(path);
      return {
        url: `${caller.origin}/api/2.0/mlflow-artifacts/artifacts/${encodePath(path)}`,
        headers: credentialsOf(caller),
        file_size: bytes
      };
    }
  };
}

const credentialsOf = ({ authorization }: MlflowCaller): Record<string, string> =>
  authorization === undefined ? {} : { Authorization: authorization };

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
