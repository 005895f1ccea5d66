// From a run to the version that it was made from, and back.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { getRunVersion, listVersionRuns } from '../../contract/pipelines-runs.ts';
import type { RunSummary } from '../../contract/tracking.ts';
import { formatTime, formatValue, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';
import { identify } from '../which.ts';

interface Json {
  json?: boolean;
}

export function versionRunCommands(program: Command): void {
  program
    .command('run-version')
    .description('the version of its notebook that a run was made from')
    .argument('<run>', 'id of the run')
    .option('--json')
    .action(async (runId: string, { json }: Json, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const answer = await call(getRunVersion, { runId });
        if (json) return printJson(answer);
        const { version, path, branch, edited, reason } = answer;
        if (!version) return print(reason ?? 'No version is known');
        const where = branch === undefined ? '' : ` on the branch "${branch}"`;
        print(`${version.version} (${version.semantic.version})${where}: ${version.message}`);
        if (edited.length > 0) print(`  Edited since: ${edited.join(', ')}`);
        if (path !== undefined && existsSync(path))
          print(`  Bring it back with: stepladder restore ${path} ${version.version}`);
      });
    });

  program
    .command('version-runs')
    .description('the runs that were made from a version, newest first')
    .argument('<notebook>')
    .argument('<version>', 'v3, 1.2.0, a tag, or "latest"')
    .option('--json', 'one JSON object a line')
    .action(async (name: string, version: string, { json }: Json, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const { items, ...answer } = await call(listVersionRuns, { ...identify(name), version });
        if (json) return items.forEach(printJson);
        if (items.length === 0) return print(`No run was made from ${answer.version.version} yet`);
        printTable(['run', 'name', 'state', 'began', 'metrics'], items.map(runRow));
      });
    });
}

function runRow({ runId, name, state, startTime, metrics }: RunSummary): string[] {
  const values = metrics.slice(0, 3).map(({ key, last }) => `${key} ${formatValue(last)}`);
  return [runId, name, state, formatTime(startTime), values.join(', ')];
}
