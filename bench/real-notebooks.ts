// Notebooks that nobody here wrote, proved: `node bench/real-notebooks.ts CHECKOUTS [--list FILE] [--only WORDS] [--at-once N]`.
// CHECKOUTS holds one folder a repository, named owner+name; which notebooks, is in real-notebooks.txt. They run in the packages
// of their time, an environment of its own with nothing of ours in it. Prints one line of a table each as it ends, and the sums.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Proof } from '../server/contract/proof.ts';
import { engine } from '../test/support/engines.ts';

const ERA =
  'numpy==1.24.4 pandas==1.5.3 scipy==1.10.1 scikit-learn==1.2.2 statsmodels==0.13.5 patsy==0.5.3 seaborn==0.12.2 matplotlib==3.6.3 matplotlib-inline==0.1.6 pillow==10.0.1 imageio==2.31.6 ipykernel==6.29.5 ipython==8.12.3 cloudpickle==2.2.1 sympy==1.11.1 numexpr==2.8.4 graphviz==0.20.1 networkx==2.8.8 setuptools<70';
const CLI = join(import.meta.dirname, '../server/cli/stepladder.js');
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'string', default: join(import.meta.dirname, 'real-notebooks.txt') },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '1' }
  }
});
const [checkouts] = positionals;
if (!checkouts) throw new Error('Give the folder of the checkouts');

const { python } = await engine('notebooks', ERA.split(' '));
const place = mkdtempSync(join(tmpdir(), 'stepladder-real-'));
/** Notebooks name the kernels of those who wrote them. */
function offerKernel(notebook: string): void {
  const { metadata } = JSON.parse(readFileSync(notebook, 'utf8')) as {
    metadata: { kernelspec?: { name: string } };
  };
  const folder = join(place, 'jupyter', 'kernels', metadata.kernelspec?.name ?? 'python3');
  mkdirSync(folder, { recursive: true });
  const argv = [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  writeFileSync(
    join(folder, 'kernel.json'),
    JSON.stringify({ argv, language: 'python', display_name: 'Packages of their time' })
  );
}

type Answer = Pick<
  Proof,
  | 'equal'
  | 'cells'
  | 'volatile'
  | 'repairs'
  | 'steps'
  | 'parallelism'
  | 'equalCells'
  | 'closeCells'
  | 'differences'
  | 'raises'
> & { stopped?: Proof['stopped'] };

function prove(path: string): Promise<Answer | string> {
  offerKernel(path);
  const data = mkdtempSync(join(place, 'data-'));
  const child = spawn(process.execPath, [CLI, '--data', data, 'prove', path, '--json'], {
    env: {
      ...process.env,
      JUPYTER_PATH: join(place, 'jupyter'),
      OMP_NUM_THREADS: '1',
      PYTHONHASHSEED: '0'
    },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise(resolve =>
    child.once('close', () => resolve(said ? (JSON.parse(said) as Answer) : errors.trim()))
  );
}

function reasonOf(answer: Answer): string {
  if (answer.stopped) return `stopped at cell ${answer.stopped.cell + 1}: ${answer.stopped.reason}`;
  const [first] = answer.differences;
  if (first)
    return `cell ${first.cell + 1}: ${first.what} ${first.name ?? ''} ${first.place ?? ''}`;
  const whole = answer.repairs.find(({ reason }) => reason.startsWith('No smaller change'));
  const { raises } = answer;
  const raising = raises.length > 0 ? `${raises.length} raise, in the notebook too` : '';
  return [...(whole ? ['equal only with all cells in one step'] : []), raising].join('; ');
}

const sums = { notebooks: 0, equal: 0, cells: 0, equalCells: 0, volatile: 0, whole: 0 };

async function measure(line: string): Promise<void> {
  const at = line.indexOf(':');
  const [repository, path] = [line.slice(0, at), line.slice(at + 1)];
  const file = join(checkouts!, repository.replace('/', '+'), path);
  const began = Date.now();
  const answer = existsSync(file) ? await prove(file) : 'not there';
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  sums.notebooks++;
  if (typeof answer === 'string') {
    console.log(
      `| ${repository}:${basename(path)} | – | – | – | – | ${answer.split('\n')[0]} | ${seconds} |`
    );
    return;
  }
  const { equal, cells, volatile, repairs, steps, parallelism } = answer;
  const counted = cells - volatile.length;
  const same = answer.equalCells + answer.closeCells;
  if (equal) sums.equal++;
  if (reasonOf(answer).startsWith('equal only')) sums.whole++;
  sums.cells += counted;
  sums.equalCells += same;
  sums.volatile += volatile.length;
  const kinds = ['input', 'state', 'together', 'again'].flatMap(kind => {
    const count = repairs.filter(each => each.kind === kind).length;
    return count > 0 ? [`${count} ${kind}`] : [];
  });
  console.log(
    `| ${repository}:${basename(path)} | ${equal ? 'equal' : '**not equal**'} ${same}/${counted}${volatile.length ? ` (${volatile.length} volatile)` : ''} | ${steps} | ${parallelism} | ${kinds.join(', ') || '–'} | ${reasonOf(answer)} | ${seconds} |`
  );
}

const wanted = readFileSync(options.list, 'utf8')
  .split('\n')
  .filter(line => line !== '' && (options.only === undefined || line.includes(options.only)));
console.log(
  '| notebook | cells | steps | parallelism | repairs | reason | s |\n|---|---|---|---|---|---|---|'
);
const waiting = [...wanted];
const lane = async () => {
  for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) await measure(line);
};
await Promise.all(Array.from({ length: Number(options['at-once']) }, lane));
rmSync(place, { recursive: true, force: true });
console.log(
  `\n${sums.equal} of ${sums.notebooks} equal (${sums.whole} of them only in one step); ${sums.equalCells} of ${sums.cells} cells, ${sums.volatile} volatile ones left out; load ${loadavg()[0]!.toFixed(1)}`
);
