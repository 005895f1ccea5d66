// Pixels of the PNG files that plotting libraries write: 8 bits a channel, not interlaced.
import { inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** RGBA. */
  data: Uint8Array;
}

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
/** Of the colour types 0 (grey), 2 (RGB), 4 (grey, alpha) and 6 (RGBA). */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** @returns nothing for a file of another form */
export function readPng(file: Buffer): Pixels | undefined {
  if (!file.subarray(0, 8).equals(SIGNATURE)) return undefined;
  let header: Buffer | undefined;
  const parts: Buffer[] = [];
  for (let at = 8; at + 8 <= file.length;) {
    const length = file.readUInt32BE(at);
    const kind = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') header = content;
    if (kind === 'IDAT') parts.push(content);
    at += length + 12;
  }
  const channels = CHANNELS[header?.[9] ?? -1];
  if (!header || !channels || header[8] !== 8 || header[12] !== 0) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  try {
    return spread(unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels), {
      width,
      height,
      channels
    });
  } catch {
    return undefined;
  }
}

function unfilter(raw: Buffer, stride: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)]!;
    const from = row * (stride + 1) + 1;
    const to = row * stride;
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[to + x - step]! : 0;
      const up = row > 0 ? out[to + x - stride]! : 0;
      const corner = x >= step && row > 0 ? out[to + x - stride - step]! : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      out[to + x] = raw[from + x]! + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [left, up, corner].map(each => Math.abs(estimate - each)) as [
    number,
    number,
    number
  ];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function spread(
  from: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number }
): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const grey = channels < 3;
    for (let colour = 0; colour < 3; colour++)
      data[pixel * 4 + colour] = from[pixel * channels + (grey ? 0 : colour)]!;
    data[pixel * 4 + 3] = channels % 2 === 0 ? from[pixel * channels + channels - 1]! : 255;
  }
  return { width, height, data };
}

/** Share of the picture that differs once both are as coarse as at 30 dpi; 1 for pictures of different sizes. */
export function differingShare(one: Pixels, other: Pixels, coarseness = 3): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  const across = Math.ceil(one.width / coarseness);
  const down = Math.ceil(one.height / coarseness);
  let apart = 0;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++)
      if (blocksDiffer(one, other, x * coarseness, y * coarseness, coarseness)) apart++;
  return apart / (across * down);
}

/** Of 255; what another order of drawing makes of an edge is less. */
const VISIBLE = 2;

function blocksDiffer(one: Pixels, other: Pixels, left: number, top: number, size: number) {
  for (let channel = 0; channel < 4; channel++) {
    let difference = 0;
    let count = 0;
    for (let y = top; y < Math.min(top + size, one.height); y++)
      for (let x = left; x < Math.min(left + size, one.width); x++) {
        const at = (y * one.width + x) * 4 + channel;
        difference += one.data[at]! - other.data[at]!;
        count++;
      }
    if (Math.abs(difference) / count > VISIBLE) return true;
  }
  return false;
}
