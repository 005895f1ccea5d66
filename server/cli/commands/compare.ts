import type { Command } from 'commander';
import { compare, type RunComparison } from '../../contract/tracking-compare.ts';
import { listRuns } from '../../contract/tracking.ts';
import type { Connection } from '../connect.ts';
import { formatSeconds, formatValue, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';

interface CompareOptions {
  all?: boolean;
  json?: boolean;
}

export function compareCommand(program: Command): void {
  program
    .command('compare')
    .description('say what differs between runs; the first is what the others are measured by')
    .argument('<runs...>', 'ids or names of two runs or more')
    .option('--all', 'also what is equal')
    .option('--json', 'the whole comparison as one JSON object')
    .action(async (names: string[], { all = false, json }: CompareOptions, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const runIds: string[] = [];
        for (const name of names) runIds.push(await findRun(call, name));
        const comparison = await call(compare, { runIds, everything: all });
        if (json) printJson(comparison);
        else printComparison(comparison);
      });
    });
}

/** An id, or the newest run of that name; what is neither is refused by the server, which names it. */
async function findRun(call: Connection['call'], name: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(name) || name.includes("'")) return name;
  const filter = `attributes.run_name = '${name}'`;
  const { items } = await call(listRuns, { filter, limit: 1 });
  return items[0]?.runId ?? name;
}

const CHANGES = { changed: 'changed in', added: 'executed only in', removed: 'not executed in' };

function printComparison(found: RunComparison): void {
  const names = found.runs.map(({ name }) => name);
  printTable(
    ['run', 'name', 'state', 'time'],
    found.runs.map(({ runId, name, state, startTime, endTime }) => [
      runId,
      name,
      state,
      endTime === undefined ? '' : formatSeconds(endTime - startTime)
    ])
  );
  section(
    'metrics',
    names,
    found.metrics.map(({ key, values, change, verdict }) => ({
      key,
      values: values.map((value, run) =>
        [formatValue(value ?? undefined), changeText(change[run], verdict[run])]
          .filter(Boolean)
          .join(' ')
      )
    }))
  );
  for (const part of ['params', 'data', 'environment', 'tags'] as const)
    section(part, names, found[part]);
  section(
    'artifacts',
    names,
    found.artifacts.map(({ path, bytes }) => ({
      key: path,
      values: bytes.map(size => (size === null ? null : `${size} B`))
    }))
  );
  for (const { cell, changes } of found.cells) {
    for (const { runId, change, lines } of changes) {
      if (change === 'same') continue;
      const run = found.runs.find(run => run.runId === runId)?.name;
      print(`\n${cell}: ${CHANGES[change]} ${run}`);
      for (const line of lines) print(`  ${line}`);
    }
  }
  const equal = Object.entries(found.equal).filter(([, count]) => count > 0);
  if (equal.length > 0)
    print(
      `\nequal: ${equal.map(([part, count]) => `${count} ${part}`).join(', ')} (--all shows them)`
    );
}

function changeText(change: number | null | undefined, verdict: string | undefined): string {
  if (change === null || change === undefined || change === 0) return '';
  const signed = `${change > 0 ? '+' : ''}${formatValue(change)}`;
  return verdict === 'unknown' ? `(${signed})` : `(${signed} ${verdict})`;
}

function section(
  title: string,
  names: string[],
  rows: readonly { key: string; values: readonly (string | null)[] }[]
): void {
  if (rows.length === 0) return;
  print();
  printTable(
    [title, ...names],
    rows.map(({ key, values }) => [key, ...values.map(value => value ?? '–')])
  );
}
