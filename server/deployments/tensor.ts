// Tensors of the Open Inference Protocol: JSON data to little-endian bytes and back, exactly.

export const DATATYPES = [
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES'
] as const;
export type Datatype = (typeof DATATYPES)[number];

export interface Tensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** Raw, row-major, little-endian; BYTES as uint32 length and bytes an element. */
  data: Uint8Array;
}

/** The text is for whoever sent the request. */
export class TensorError extends Error {}

export const isDatatype = (name: unknown): name is Datatype =>
  DATATYPES.some(known => known === name);

const SIZES: Record<Exclude<Datatype, 'BYTES'>, number> = {
  BOOL: 1,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8
};

export const countOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** @throws TensorError when raw bytes are not what the shape says. */
export function checkBytes({ name, datatype, shape, data }: Tensor): void {
  const count = countOf(shape);
  if (datatype === 'BYTES') {
    const found = splitStrings(name, data).length;
    if (found !== count)
      throw new TensorError(
        `Input "${name}" has ${found} elements, but its shape [${shape}] says ${count}`
      );
  } else if (data.byteLength !== count * SIZES[datatype]) {
    const wanted = count * SIZES[datatype];
    throw new TensorError(
      `Input "${name}" has ${data.byteLength} bytes, but ${datatype} of shape [${shape}] has ${wanted}`
    );
  }
}

/** @param values nested or flat, row-major. */
export function encodeTensor(
  name: string,
  datatype: Datatype,
  shape: number[],
  values: unknown
): Tensor {
  if (!Array.isArray(values)) throw new TensorError(`Input "${name}" has no "data" list`);
  const flat: unknown[] = values.some(Array.isArray) ? values.flat(shape.length) : values;
  const count = countOf(shape);
  if (flat.length !== count) {
    throw new TensorError(
      `Input "${name}" has ${flat.length} values, but its shape [${shape}] says ${count}`
    );
  }
  if (datatype === 'FP16')
    throw new TensorError(`Input "${name}": FP16 can only be sent as binary data`);
  const data = datatype === 'BYTES' ? joinStrings(name, flat) : writeNumbers(name, datatype, flat);
  return { name, datatype, shape, data };
}

function writeNumbers(
  name: string,
  datatype: Exclude<Datatype, 'BYTES'>,
  values: unknown[]
): Uint8Array {
  const bytes = new Uint8Array(values.length * SIZES[datatype]);
  const view = new DataView(bytes.buffer);
  const size = SIZES[datatype];
  for (const [index, value] of values.entries())
    writeNumber(view, index * size, name, datatype, value);
  return bytes;
}

function writeNumber(
  view: DataView,
  at: number,
  name: string,
  datatype: Datatype,
  value: unknown
): void {
  const wrong = () =>
    new TensorError(`Input "${name}": ${say(value)} is not a value of ${datatype}`);
  if (datatype === 'FP64' || datatype === 'FP32') {
    // JSON has no NaN; null stands for it.
    const number = value === null ? NaN : typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') throw wrong();
    if (datatype === 'FP64') view.setFloat64(at, number, true);
    else view.setFloat32(at, number, true);
    return;
  }
  if (datatype === 'BOOL') {
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw wrong();
    view.setUint8(at, Number(value));
    return;
  }
  const bits = SIZES[datatype as keyof typeof SIZES] * 8;
  const isSigned = datatype.startsWith('INT');
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw wrong();
  const integer = BigInt(value as number | bigint);
  if ((isSigned ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer)) !== integer)
    throw wrong();
  if (bits === 64) view.setBigUint64(at, BigInt.asUintN(64, integer), true);
  else if (bits === 32) view.setUint32(at, Number(BigInt.asUintN(32, integer)), true);
  else if (bits === 16) view.setUint16(at, Number(BigInt.asUintN(16, integer)), true);
  else view.setUint8(at, Number(BigInt.asUintN(8, integer)));
}

/** A list may be nested without end, so only what is flat is quoted. */
function say(value: unknown): string {
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : `"${String(value).slice(0, 100)}"`;
}

/** Flat values for JSON: integers beyond 2^53 as bigint, NaN and infinities as null. */
export function decodeTensor({
  name,
  datatype,
  data
}: Tensor): (number | bigint | boolean | string | null)[] {
  if (datatype === 'BYTES') return splitStrings(name, data);
  const size = SIZES[datatype];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.byteLength / size }, (_none, index) =>
    readNumber(view, index * size, datatype)
  );
}

function readNumber(
  view: DataView,
  at: number,
  datatype: Exclude<Datatype, 'BYTES'>
): number | bigint | boolean | null {
  switch (datatype) {
    case 'BOOL':
      return view.getUint8(at) !== 0;
    case 'INT8':
      return view.getInt8(at);
    case 'INT16':
      return view.getInt16(at, true);
    case 'INT32':
      return view.getInt32(at, true);
    case 'INT64':
      return narrow(view.getBigInt64(at, true));
    case 'UINT8':
      return view.getUint8(at);
    case 'UINT16':
      return view.getUint16(at, true);
    case 'UINT32':
      return view.getUint32(at, true);
    case 'UINT64':
      return narrow(view.getBigUint64(at, true));
    case 'FP16':
      return finite(halfFloat(view.getUint16(at, true)));
    case 'FP32':
      return finite(view.getFloat32(at, true));
    case 'FP64':
      return finite(view.getFloat64(at, true));
  }
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);
const narrow = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function joinStrings(name: string, values: unknown[]): Uint8Array {
  return Buffer.concat(
    values.map(value => {
      if (typeof value !== 'string')
        throw new TensorError(`Input "${name}": ${say(value)} is not text`);
      const bytes = Buffer.from(value, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    })
  );
}

function splitStrings(name: string, data: Uint8Array): string[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const strings: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Infinity;
    if (at + 4 + length > bytes.length)
      throw new TensorError(`Input "${name}": an element's length leaves its data`);
    strings.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return strings;
}
