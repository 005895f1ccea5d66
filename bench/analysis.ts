// How long the static analysis takes: `node bench/analysis.ts [rounds]`. Processor time, because clocks tell of the machine's other
// work: 1,000 cells the first time in a process (one process a round), and single edits in a notebook of 200 cells (each another cell).
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

function notebookOf(kind: string, count: number): Notebook {
  const cells = Array.from({ length: count }, (_, at) => ({
    cell_type: 'code',
    source: at === 0 ? 'import pandas as pd' : KINDS[kind]!(at - 1)
  }));
  return Notebook.parse({ nbformat: 4, metadata: {}, cells });
}

function cpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function measure(kind: string): Promise<Record<string, number[]>> {
  const analysis = await createAnalysisService();
  const whole = notebookOf(kind, 1000);
  const first = cpu(() => analysis.analyze(whole));
  const again = cpu(() => analysis.analyze(whole));
  const notebook = notebookOf(kind, 200);
  analysis.analyze(notebook);
  const edits = Array.from({ length: 40 }, (_, at) => {
    const edited = notebook.cells[(at * 37) % 200]!;
    edited.source = `${String(edited.source)}\nedited_${at} = ${at}`;
    return cpu(() => analysis.analyze(notebook));
  });
  return { first: [first], again: [again], edit: edits };
}

function shown(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  return `${at(0.5)} ms (${at(0)} to ${at(1)})`;
}

const [, , argument, only] = process.argv;
if (only) console.log(JSON.stringify(await measure(only)));
else {
  const rounds = Number(argument ?? 5);
  console.log(`load ${loadavg()[0]!.toFixed(1)}, ${rounds} rounds`);
  for (const kind of Object.keys(KINDS)) {
    const found: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round += 1) {
      const said = execFileSync(process.execPath, [import.meta.filename, '1', kind]).toString();
      for (const [name, values] of Object.entries(JSON.parse(said) as Record<string, number[]>))
        (found[name] ??= []).push(...values);
    }
    for (const [name, values] of Object.entries(found)) console.log(kind, name, shown(values));
  }
}
