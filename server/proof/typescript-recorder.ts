// What runs inside a TypeScript notebook's kernel after each cell: it stores what the values are that the cell left, and says
// which names it bound. Sent as text, because nothing of ours is in that kernel; no name of the user's is touched.
import type { portray } from '../executor/service.ts';

interface Request {
  cell: number | null;
  /** That the cell may have changed without binding them. */
  names: string[];
  /** Folder of the stored values. */
  values: string;
  /** File for the answer. */
  answer: string;
}

interface Tslab {
  exports: Record<string, unknown>;
  require: NodeJS.Require;
}

/** Also sent as text: it uses nothing from outside itself. */
function record(draw: typeof portray, { exports, require }: Tslab, request: Request): void {
  const LARGEST = 64 * 1024 * 1024;
  const load = <Name extends keyof Modules>(name: Name) => require(`node:${name}`) as Modules[Name];
  interface Modules {
    fs: typeof import('node:fs');
    path: typeof import('node:path');
    v8: typeof import('node:v8');
    crypto: typeof import('node:crypto');
  }
  const { existsSync, mkdirSync, renameSync, writeFileSync } = load('fs');
  const { join } = load('path');

  const place = Symbol.for('stepladder.proof');
  const memory = globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>;
  const before = memory[place] ?? new Map<string, unknown>();
  // What the last line of a cell is worth has a name too, while it is shown.
  const users = Object.entries(exports).filter(
    ([name, value]) => value !== undefined && !name.startsWith('tsLastExpr')
  );
  const bound = users.flatMap(([name, value]) =>
    before.has(name) && Object.is(before.get(name), value) ? [] : [name]
  );
  Object.defineProperty(globalThis, place, { value: new Map(users), configurable: true });

  const wanted = new Set([...bound, ...request.names]);
  const values: Record<string, string> = {};
  for (const [name, value] of request.cell === null ? [] : users) {
    if (!wanted.has(name)) continue;
    let data: Buffer;
    try {
      data = load('v8').serialize({ [name]: draw(value) });
    } catch {
      // Too large, or too deep.
      continue;
    }
    if (data.length > LARGEST) continue;
    const digest = load('crypto').createHash('sha256').update(data).digest('hex');
    const folder = join(request.values, digest.slice(0, 2));
    if (!existsSync(join(folder, digest))) {
      mkdirSync(folder, { recursive: true });
      const partial = join(request.values, 'partial', digest);
      writeFileSync(partial, data);
      renameSync(partial, join(folder, digest));
    }
    values[name] = digest;
  }
  writeFileSync(`${request.answer}.partial`, JSON.stringify({ values, bound: bound.sort() }));
  renameSync(`${request.answer}.partial`, request.answer);
}

/** A function of a request, in JavaScript. */
export const recorderOf = (draw: typeof portray): string =>
  `(request => (${record})(${draw}, globalThis.__tslab__, request))`;
