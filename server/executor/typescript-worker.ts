// One step of a TypeScript notebook in a process of its own: the job comes on standard input, its result goes out on
// file descriptor 3, as with the Python worker.
import { writeSync } from 'node:fs';
import { createRequire, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runInThisContext } from 'node:vm';
import type { CodePart, Job, JobResult, StepError, StepProof } from './job.ts';
import { compareWithRuns } from './typescript-compare.ts';
import { createFunctionCodes, type FunctionCodes } from './typescript-functions.ts';
import { CELL_FRAME, cellFile } from './typescript-names.ts';
import { keepWhatIsShown } from './typescript-shown.ts';
import { watchFiles } from './typescript-files.ts';
import { describe, readValues, Unstorable, writeValues } from './typescript-values.ts';

const EVENTS = 3;
type Cell = (exports: object, require: NodeJS.Require) => Promise<void>;

/** Names of cells live on the global object: that is where a later cell's free names are looked up. */
const names = globalThis as unknown as Record<string, unknown>;

async function run(job: Job): Promise<JobResult> {
  setSourceMapsSupport(true, { generatedCode: true, nodeModules: false });
  // eslint-disable-next-line no-restricted-properties -- set for the notebook's code; nothing of ours reads it here.
  Object.assign(process.env, job.variables);
  process.chdir(job.folder);
  const files = watchFiles(job.folder, job.values);
  const shown = job.expected ? keepWhatIsShown() : undefined;
  const require = requireFrom(job.folder, shown?.display);
  const functions = createFunctionCodes(job.cells, exportsOnGlobal);
  try {
    for (const part of job.shared) {
      await runCell(part, require);
      for (const [name, { value }] of Object.entries(part.overrides ?? {})) names[name] = value;
    }
    for (const { digest, names: wanted } of job.inputs) {
      const values = readValues(digest, job.values);
      for (const name of wanted) names[name] = functions.revive(values[name], require);
    }
    if (shown) {
      const cells = await shown.run(job.cells, part => runCell(part, require));
      const compared = compareOutputs(job);
      const { outputs, unstorable } = handOnWhatCan(job, functions);
      const proof = { cells, compared, unreadable: [], unstorable, changed: [] };
      return { outputs, state: null, files: files.report(), proof };
    }
    for (const part of job.cells) await runCell(part, require);
    return { outputs: handOn(job, functions), state: null, files: files.report() };
  } catch (error) {
    if (error instanceof Unstorable) return { error: unstorable(job, error) };
    const fault = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${userStack(fault)}\n`);
    return { error: { name: fault.name, value: fault.message, ...placeOf(fault) } };
  }
}

async function runCell({ cell, source }: CodePart, require: NodeJS.Require): Promise<void> {
  await (runInThisContext(source, { filename: cellFile(cell) }) as Cell)(exportsOnGlobal, require);
}

/** TypeScript re-exports imports by getters; on the global object they become plain values. */
const exportsOnGlobal = new Proxy(globalThis, {
  defineProperty(target, key, descriptor) {
    const value: unknown = descriptor.get ? descriptor.get.call(target) : descriptor.value;
    return Reflect.defineProperty(target, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: true
    });
  },
  set: (target, key, value: unknown) =>
    Reflect.defineProperty(target, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: true
    })
});

/** Packages come from beside the notebook; the logging API and what tslab itself offers are there anyway. */
function requireFrom(folder: string, display: object = displayNothing): NodeJS.Require {
  const beside = createRequire(join(folder, 'notebook.cjs'));
  const ours = createRequire(import.meta.url);
  const find = (id: string) => {
    try {
      return beside(id) as unknown;
    } catch (error) {
      const missing =
        (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && /^[^./]/.test(id);
      if (!missing) throw error;
      return id === 'tslab' ? { display } : (ours(id) as unknown);
    }
  };
  return Object.assign(find, beside);
}

/** There is nobody to show pictures and tables to. */
const displayNothing = new Proxy({}, { get: () => () => {} });

/** For a proof: each value that is handed on, against what the kernel had after the same cell. */
function compareOutputs({ expected = {}, values }: Job): StepProof['compared'] {
  return Object.entries(expected).flatMap(([name, digests]) =>
    names[name] === undefined
      ? []
      : [{ name, ...compareWithRuns(names[name], name, digests, values) }]
  );
}

/** For a proof: a value that cannot be handed on is told, and the others are. */
function handOnWhatCan(job: Job, functions: FunctionCodes) {
  const unstorable: StepProof['unstorable'] = [];
  const outputs = job.outputs.flatMap(output => {
    try {
      return handOn({ ...job, outputs: [output] }, functions);
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error;
      unstorable.push({ name: output.name, type: error.what, reason: error.message });
      return [];
    }
  });
  return { outputs, unstorable };
}

function handOn(job: Job, functions: FunctionCodes) {
  const values = Object.fromEntries(
    job.outputs
      .filter(({ name }) => names[name] !== undefined)
      .map(({ name }) => [name, names[name]])
  );
  const needed = new Set(job.outputs.filter(output => output.needed).map(({ name }) => name));
  const storable = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, functions.write(name, value)])
  );
  const digests = writeValues(storable, needed, job.values);
  return Object.entries(digests)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, digest]) => ({ name, digest, ...describe(values[name]) }));
}

function unstorable(job: Job, { variable, what }: Unstorable): StepError {
  const users = job.users[variable]?.join(', ') ?? 'a later step';
  const pattern = new RegExp(`\\b${variable.replace('$', '\\$')}\\b`);
  const cell = job.cells.findLast(({ written = '' }) => pattern.test(written));
  const line = (cell?.written?.split('\n').findIndex(text => pattern.test(text)) ?? -1) + 1;
  return {
    name: 'ValueNotStorable',
    value: `${variable} holds ${what}, which cannot be handed from ${job.step} to ${users}`,
    remedy: `Keep the cells that make and use ${variable} in one step, or hand on plain data`,
    ...(cell ? { cell: cell.cell, line } : {})
  };
}

/** The stack without the frames below the user's own. */
function userStack(error: Error): string {
  const lines = (error.stack ?? error.message).split('\n');
  const last = lines.findLastIndex(line => CELL_FRAME.test(line));
  return (
    last < 0 ? lines.filter(line => !line.startsWith('    at ')) : lines.slice(0, last + 1)
  ).join('\n');
}

/** Where in the notebook the error came from: the innermost frame of a cell. */
function placeOf(error: Error): { cell?: number; line?: number } {
  const [, cell, line] = CELL_FRAME.exec(error.stack ?? '') ?? [];
  return cell === undefined ? {} : { cell: Number(cell), line: Number(line) };
}

async function work(line: string) {
  const job = JSON.parse(line) as Job;
  // The end of the input means that the server is gone.
  process.stdin.once('end', () => process.exit(1));
  const result = await run(job);
  writeSync(EVENTS, `${JSON.stringify({ event: 'ended', id: job.id, signal: null, result })}\n`);
  process.exit(0);
}

// One job a process. No `await` here: a bundle has none at its top.
createInterface({ input: process.stdin }).once('line', line => void work(line));
