// How long the static analysis takes: `node bench/analysis.ts [rounds]`. Processor time of the thread that answers, because clocks tell
// of the machine's other work; beside it that of the whole process, in which the compiler and the garbage collector work too.
// 1,000 cells the first time in a process (one process a round), and single edits in a notebook of 200 cells (each another cell).
// Compiled code is kept between processes, as the command and the server do; NODE_DISABLE_COMPILE_CACHE=1 shows the very first time.
import '../server/cli/compile-cache.ts';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createAnalysisService } from '../server/analysis/service.ts';
import { Notebook } from '../server/contract/notebook.ts';

/** Cells of the test notebooks, one after the other: what people write, all of it different. */
const code = ['battery', 'python-variants', 'python-fresh'].flatMap(name => {
  const url = new URL(`../test/fixtures/battery/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cells: string[] }[]).flatMap(
    entry => entry.cells
  );
});
const KINDS: Record<string, (at: number) => string> = {
  'cells of the batteries': at => code[at % code.length]!,
  'a table a cell': at =>
    `frame_${at} = pd.DataFrame({"a": [${at}, 2, 3]})\nfor column in frame_${at}.columns:\n    frame_${at}[column] = frame_${at}[column].fillna(${at})\nframe_${at}.describe()`,
  'one value through all': at => (at === 0 ? 'x = 0' : `x = x + ${at}`)
};

const TYPESCRIPT: Record<string, (at: number) => string> = {
  'TypeScript, a function a cell': at =>
    `const rows${at} = rows${Math.max(0, at - 1)}.map(row => row + ${at});\nfunction total${at}(): number {\n  return rows${at}.reduce((a, b) => a + b, 0);\n}\nconsole.log(total${at}());`
};

function notebookOf(kind: string, count: number): Notebook {
  const typescript = TYPESCRIPT[kind];
  const sourceOf = typescript ?? KINDS[kind]!;
  const first = typescript ? 'const rows0 = [1, 2];' : 'import pandas as pd';
  const cells = Array.from({ length: count }, (_, at) => ({
    cell_type: 'code',
    source: at === 0 ? first : sourceOf(at)
  }));
  const language = typescript ? 'typescript' : 'python';
  return Notebook.parse({ nbformat: 4, metadata: { kernelspec: { language } }, cells });
}

interface Cost {
  thread: number;
  process: number;
}

function cost(work: () => unknown): Cost {
  const [thread, whole] = [process.threadCpuUsage(), process.cpuUsage()];
  work();
  const spent = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  return {
    thread: spent(process.threadCpuUsage(thread)),
    process: spent(process.cpuUsage(whole))
  };
}

async function measure(kind: string): Promise<Record<string, Cost[]>> {
  const analysis = await createAnalysisService();
  const whole = notebookOf(kind, 1000);
  const first = cost(() => analysis.analyze(whole));
  const again = cost(() => analysis.analyze(whole));
  const notebook = notebookOf(kind, 200);
  analysis.analyze(notebook);
  const edits = Array.from({ length: 40 }, (_, at) => {
    const edited = notebook.cells[(at * 37) % 200]!;
    edited.source = `${String(edited.source)}\nedited_${at} = ${at}`;
    return cost(() => analysis.analyze(notebook));
  });
  return { first: [first], again: [again], edit: edits };
}

function shown(costs: Cost[], of: keyof Cost): string {
  const sorted = costs.map(each => each[of]).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  return `${at(0.5)} ms (${at(0)} to ${at(1)})`;
}

const [, , argument, only] = process.argv;
if (only) console.log(JSON.stringify(await measure(only)));
else {
  const rounds = Number(argument ?? 5);
  console.log(`load ${loadavg()[0]!.toFixed(1)}, ${rounds} rounds`);
  for (const kind of Object.keys({ ...KINDS, ...TYPESCRIPT })) {
    const found: Record<string, Cost[]> = {};
    for (let round = 0; round < rounds; round += 1) {
      const said = execFileSync(process.execPath, [import.meta.filename, '1', kind]).toString();
      for (const [name, values] of Object.entries(JSON.parse(said) as Record<string, Cost[]>))
        (found[name] ??= []).push(...values);
    }
    for (const [name, values] of Object.entries(found))
      console.log(
        `${kind}, ${name}: ${shown(values, 'thread')}; process ${shown(values, 'process')}`
      );
  }
}
