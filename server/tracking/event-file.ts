// TensorBoard's event files: TFRecords of protobuf `Event`s. Only scalars are read; a file that is still written ends early.
import { problem } from '../contract/problem.ts';

export interface ScalarPoint {
  tag: string;
  step: number;
  /** UTC milliseconds. */
  time: number;
  value: number;
}

/** Nothing that TensorBoard writes as one event of scalars comes near; a larger length is a broken file. */
const RECORD = 64 * 1024 * 1024;
const HEADER = 12;
const FOOTER = 4;

export interface EventFile {
  points: ScalarPoint[];
  /** Why reading ended before the end of the file. */
  fault: string | undefined;
}

/** The fields used of tensorflow/core/util/event.proto and framework/summary.proto. */
const EVENT = { wallTime: 1, step: 2, summary: 5 };
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simple: 2, tensor: 8 };
const TENSOR = { type: 1, content: 4, floats: 5, doubles: 6 };
const FLOAT_TYPE = 1;
const DOUBLE_TYPE = 2;

export function readEventFile(bytes: Uint8Array): EventFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const points: ScalarPoint[] = [];
  let at = 0;
  try {
    while (at + HEADER <= bytes.length) {
      const length = Number(view.getBigUint64(at, true));
      if (length > RECORD) return { points, fault: `At byte ${at} stands no record` };
      // The last record of a file that is being written may not be there yet.
      if (at + HEADER + length + FOOTER > bytes.length) break;
      points.push(...readEvent(bytes.subarray(at + HEADER, at + HEADER + length)));
      at += HEADER + length + FOOTER;
    }
  } catch (error) {
    return {
      points,
      fault: `The record at byte ${at} cannot be read: ${(error as Error).message}`
    };
  }
  return { points, fault: undefined };
}

function readEvent(bytes: Uint8Array): ScalarPoint[] {
  let time = 0;
  let step = 0;
  const found: { tag: string; value: number }[] = [];
  for (const { field, wire, number, content } of fields(bytes)) {
    if (field === EVENT.wallTime && wire === 1) time = doubleOf(content!);
    if (field === EVENT.step && wire === 0) step = Number(BigInt.asIntN(64, number!));
    if (field === EVENT.summary && wire === 2) found.push(...readSummary(content!));
  }
  return found.map(one => ({ ...one, step, time: Math.round(time * 1000) }));
}

function readSummary(bytes: Uint8Array): { tag: string; value: number }[] {
  const found: { tag: string; value: number }[] = [];
  for (const { field, wire, content } of fields(bytes)) {
    if (field !== SUMMARY_VALUE || wire !== 2) continue;
    let tag = '';
    let value: number | undefined;
    for (const part of fields(content!)) {
      if (part.field === VALUE.tag && part.wire === 2) tag = new TextDecoder().decode(part.content);
      if (part.field === VALUE.simple && part.wire === 5) value = floatOf(part.content!);
      if (part.field === VALUE.tensor && part.wire === 2) value = readTensor(part.content!);
    }
    if (value !== undefined && tag !== '') found.push({ tag, value });
  }
  return found;
}

/** TensorFlow 2 writes a scalar as a tensor of one number; of other tensors nothing is drawn. */
function readTensor(bytes: Uint8Array): number | undefined {
  let type = 0;
  let values: number[] = [];
  for (const { field, wire, number, content } of fields(bytes)) {
    if (field === TENSOR.type && wire === 0) type = Number(number);
    if (content === undefined) continue;
    if (field === TENSOR.floats || (field === TENSOR.content && type === FLOAT_TYPE))
      values = numbers(content, 4);
    if (field === TENSOR.doubles || (field === TENSOR.content && type === DOUBLE_TYPE))
      values = numbers(content, 8);
  }
  return values.length === 1 ? values[0] : undefined;
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const floatOf = (bytes: Uint8Array) => viewOf(bytes).getFloat32(0, true);
const doubleOf = (bytes: Uint8Array) => viewOf(bytes).getFloat64(0, true);

function numbers(bytes: Uint8Array, size: 4 | 8): number[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const one = bytes.subarray(index * size, (index + 1) * size);
    return size === 4 ? floatOf(one) : doubleOf(one);
  });
}

interface Field {
  field: number;
  /** 0 number, 1 eight bytes, 2 counted bytes, 5 four bytes. */
  wire: number;
  number?: bigint;
  content?: Uint8Array;
}

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw problem('invalid_request', 'a number has no end');
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw problem('invalid_request', 'a field is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [field, wire] = [key >>> 3, key & 7];
    if (wire === 0) yield { field, wire, number: varint() };
    else if (wire === 1) yield { field, wire, content: take(8) };
    else if (wire === 2) yield { field, wire, content: take(Number(varint())) };
    else if (wire === 5) yield { field, wire, content: take(4) };
    else throw problem('invalid_request', `a field is of the unknown kind ${wire}`);
  }
}
