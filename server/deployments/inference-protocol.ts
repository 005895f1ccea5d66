// The Open Inference Protocol v2 (REST) with its binary tensor extension: a request to tensors, tensors to an answer.
import { z } from 'zod';
import { parseExact, stringifyExact } from './exact-json.ts';
import {
  checkBytes,
  countOf,
  decodeTensor,
  encodeTensor,
  isDatatype,
  type Tensor,
  TensorError
} from './tensor.ts';

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.bigint()]));
const InferenceRequest = z.object({
  id: z.string().optional(),
  parameters: Parameters.optional(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().min(0)).max(8),
        datatype: z.string(),
        parameters: Parameters.optional(),
        data: z.unknown().optional()
      })
    )
    .min(1)
    .max(10_000),
  outputs: z.array(z.object({ name: z.string(), parameters: Parameters.optional() })).optional()
});
type InferenceRequest = z.infer<typeof InferenceRequest>;

export interface ReadRequest {
  id: string | undefined;
  parameters: Record<string, unknown>;
  inputs: Tensor[];
  /** Names that are asked for; all when not given. */
  outputs: string[] | undefined;
  isBinary(output: string): boolean;
}

/** Most rows that one request may have. */
export const MAX_ROWS = 1_000_000;

/** @param headerLength of the JSON in front of the binary tensors; the whole body is JSON when not given. */
export function readInference(body: Buffer, headerLength: number | undefined): ReadRequest {
  if (headerLength === 0)
    throw new TensorError(
      'A raw body without a JSON header is not supported; send one with "inputs"'
    );
  if (headerLength !== undefined && headerLength > body.length) {
    throw new TensorError(
      `Inference-Header-Content-Length is ${headerLength}, but the body has ${body.length} bytes`
    );
  }
  const request = parseRequest(body.toString('utf8', 0, headerLength ?? body.length));
  let at = headerLength ?? body.length;
  const inputs = request.inputs.map(input => {
    const { name, shape, datatype, data, parameters } = input;
    if (!isDatatype(datatype))
      throw new TensorError(`Input "${name}" has the unknown datatype "${datatype}"`);
    if ((shape[0] ?? 0) > MAX_ROWS || countOf(shape) > body.length * 8) {
      throw new TensorError(
        `Input "${name}" is larger than this service accepts: its shape is [${shape}]`
      );
    }
    const size = parameters?.['binary_data_size'];
    if (size === undefined) return encodeTensor(name, datatype, shape, data);
    if (typeof size !== 'number' || size < 0 || at + size > body.length) {
      throw new TensorError(
        `Input "${name}" says ${String(size)} bytes, but the body has ${body.length - at} left`
      );
    }
    const tensor: Tensor = { name, datatype, shape, data: body.subarray(at, at + size) };
    at += size;
    checkBytes(tensor);
    return tensor;
  });
  const all = request.parameters?.['binary_data_output'] === true;
  const asked = new Map(
    request.outputs?.map(output => [output.name, output.parameters?.['binary_data']])
  );
  return {
    id: request.id,
    parameters: request.parameters ?? {},
    inputs,
    outputs: request.outputs?.map(({ name }) => name),
    isBinary: output => asked.get(output) === true || (all && asked.get(output) !== false)
  };
}

function parseRequest(text: string): InferenceRequest {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    throw new TensorError(`The body is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const result = InferenceRequest.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new TensorError(`The request cannot be used: "${path.join('.') || 'body'}": ${message}`);
}

export interface InferenceAnswer {
  body: Buffer;
  /** Length of the JSON in front of binary tensors; absent when all of it is JSON. */
  headerLength?: number;
}

export function writeInference(
  model: { name: string; version: string },
  request: ReadRequest,
  results: Tensor[]
): InferenceAnswer {
  const unknown =
    request.outputs?.filter(name => !results.some(result => result.name === name)) ?? [];
  if (unknown.length > 0) {
    const known = results.map(({ name }) => `"${name}"`).join(', ');
    throw new TensorError(`The model has no output "${unknown[0]}"; it has ${known}`);
  }
  const chosen = request.outputs
    ? results.filter(({ name }) => request.outputs!.includes(name))
    : results;
  const binary: Uint8Array[] = [];
  const outputs = chosen.map(tensor => {
    const { name, datatype, shape, data } = tensor;
    if (!request.isBinary(name)) return { name, datatype, shape, data: decodeTensor(tensor) };
    binary.push(data);
    return { name, datatype, shape, parameters: { binary_data_size: data.byteLength } };
  });
  const answer = { model_name: model.name, model_version: model.version, id: request.id, outputs };
  const json = Buffer.from(stringifyExact(answer), 'utf8');
  if (binary.length === 0) return { body: json };
  return { body: Buffer.concat([json, ...binary]), headerLength: json.length };
}
