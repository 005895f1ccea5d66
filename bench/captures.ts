// Captures of a notebook of 100 cells, and the list of 10,000 versions: `node bench/captures.ts [versions]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import type { Notebook } from '../server/contract/notebook.ts';
import { type Operation, type RequestOf, toRequest } from '../server/contract/operation.ts';
import {
  blame,
  capture,
  createBranch,
  diffVersions,
  listVersions,
  readSteps
} from '../server/contract/pipelines.ts';

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'stepladder-captures-'));
const config = readConfig(
  { data: join(folder, 'data'), workspace: folder, auth: 'none' },
  {},
  folder
);
const { app } = await buildApp({ config });

/** Of each call, in milliseconds: what a busy machine does not change. */
const cpu: number[] = [];

async function call<O extends Operation>(operation: O, input: RequestOf<O>): Promise<number> {
  const { method, path, body } = toRequest(operation, input);
  const headers = { 'content-type': 'application/json' };
  const begun = performance.now();
  const used = process.cpuUsage();
  const answer = await app.inject({
    method,
    url: path,
    headers,
    ...(body ? { payload: body } : {})
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const { user, system } = process.cpuUsage(used);
  cpu.push((user + system) / 1000);
  return performance.now() - begun;
}

function notebook(cells: number, mark: number): Notebook {
  return {
    cells: Array.from({ length: cells }, (_, at) => ({
      cell_type: 'code',
      id: `c${at}`,
      metadata: { stepladder: { step: `step_${at}` } },
      source: `import math\nv${at} = math.sqrt(${at === 50 ? mark : at}) + ${at > 0 ? `v${at - 1}` : 0}\nfor each in range(10):\n    w${at} = [each + other for other in range(5)]\nprint(v${at}, w${at})`
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  };
}

/** Three steps, of which one is edited each time. */
function small(mark: number): Notebook {
  const whole = notebook(3, 0);
  const [first, ...rest] = whole.cells;
  return { ...whole, cells: [{ ...first!, source: `v0 = ${mark}\nw0 = v0` }, ...rest] };
}

const spread = (times: number[]) => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!.toFixed(1);
  return `${at(0.5)} ms (${at(0)} to ${at(1)})`;
};
const several = async (times: number, work: (at: number) => Promise<number>) => {
  const measured: number[] = [];
  cpu.length = 0;
  for (let at = 0; at < times; at += 1) measured.push(await work(at));
  return `${spread(measured)}, CPU ${spread(cpu)}`;
};

// The interpreter's packages and the parser are asked for once in a server's life.
await call(capture, { path: 'warm.ipynb', notebook: notebook(3, 0) });
const first = await several(10, at =>
  call(capture, { path: `first-${at}.ipynb`, notebook: notebook(100, at) })
);
console.log(`first capture of 100 cells, 100 steps: ${first}`);
const next = await several(30, at =>
  call(capture, { path: 'first-0.ipynb', notebook: notebook(100, 1000 + at) })
);
console.log(`the next, one cell edited: ${next}`);
const same = await several(30, () =>
  call(capture, { path: 'first-0.ipynb', notebook: notebook(100, 1029) })
);
console.log(`nothing changed: ${same}`);
const steps = await several(30, at =>
  call(readSteps, { path: 'first-0.ipynb', notebook: notebook(100, at) })
);
console.log(`the steps while it is edited: ${steps}`);

const path = 'many.ipynb';
console.log(
  `${count} versions, each: ${await several(count, at => call(capture, { path, notebook: small(at) }))}`
);
console.log(`the last 100 of them: CPU ${spread(cpu.slice(-100))}`);
console.log(`all versions listed: ${await several(5, () => call(listVersions, { path }))}`);
console.log(`the newest 50: ${await several(20, () => call(listVersions, { path, limit: 50 }))}`);
const last = `v${Math.max(2, count - 1)}`;
console.log(
  `diff of v1 and ${last}: ${await several(10, () => call(diffVersions, { path, from: 'v1', to: last }))}`
);
console.log(`blame: ${await several(10, () => call(blame, { path }))}`);
await call(createBranch, { path, name: 'beside' });
const aside = { path, branch: 'beside' };
console.log(`blame of a new branch, the first time: ${await several(1, () => call(blame, aside))}`);
await app.close();
rmSync(folder, { recursive: true, force: true });
