// What our hook adds to a trivial cell: the same real kernel with and without it, in turn, against a real server.
// `node bench/cell-overhead.ts [rounds] [cells]`
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pointedAt } from '../test/support/kernels.ts';
import { REPOSITORY, startServer } from '../test/support/server.ts';

const rounds = Number(process.argv[2] ?? 5);
const cells = Number(process.argv[3] ?? 300);
const script = fileURLToPath(new URL('cell-overhead.py', import.meta.url));
const python = join(REPOSITORY, '.venv/bin/python');
const folder = mkdtempSync(join(tmpdir(), 'stepladder-bench-'));

function measure(environment: Record<string, string>): { cells: number[]; callbacks: number[] } {
  const printed = execFileSync(python, [script, String(cells)], {
    env: {
      ...process.env,
      IPYTHONDIR: folder,
      STEPLADDER_OUTBOX: join(folder, 'outbox'),
      ...environment
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8'
  });
  return JSON.parse(printed) as { cells: number[]; callbacks: number[] };
}

const at = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;

const server = await startServer();
const without: number[] = [];
const hooked: number[] = [];
const callbacks: number[] = [];
for (let round = 0; round < rounds; round++) {
  without.push(...measure({}).cells);
  const measured = measure(pointedAt(server));
  hooked.push(...measured.cells);
  callbacks.push(...measured.callbacks);
}
await server.stop();
const line = (name: string, values: number[]) =>
  console.log(
    `${name}: median ${at(values, 0.5).toFixed(3)} ms, p95 ${at(values, 0.95).toFixed(3)} ms`
  );
line('without', without);
line('with the hook', hooked);
line("within the hook's callbacks", callbacks);
console.log(
  `added: ${(at(hooked, 0.5) - at(without, 0.5)).toFixed(3)} ms (${rounds} rounds of ${cells} cells)`
);
