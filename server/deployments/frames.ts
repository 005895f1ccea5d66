// Frames between the server and a model worker: two uint32 lengths, a JSON header, bytes. The other end is model_worker.py.

export interface Frame {
  header: Record<string, unknown>;
  body: Uint8Array;
}

const PREFIX = 8;

export function encodeFrame(
  header: Record<string, unknown>,
  bodies: readonly Uint8Array[] = []
): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(
    bodies.reduce((total, body) => total + body.byteLength, 0),
    4
  );
  return [Buffer.concat([prefix, text]), ...bodies];
}

/** Takes the pieces that a pipe gives and calls back with whole frames. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = PREFIX;
  return chunk => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [all];
      const length = all.readUInt32LE(0);
      const whole = PREFIX + length + all.readUInt32LE(4);
      if (all.length < whole) {
        wanted = whole;
        return;
      }
      const header = JSON.parse(all.toString('utf8', PREFIX, PREFIX + length)) as Record<
        string,
        unknown
      >;
      chunks = whole < all.length ? [all.subarray(whole)] : [];
      held = all.length - whole;
      wanted = PREFIX;
      // A copy: the frame must not hold on to the pipe's buffer, nor be unaligned in it.
      onFrame({ header, body: Uint8Array.prototype.slice.call(all, PREFIX + length, whole) });
    }
  };
}
