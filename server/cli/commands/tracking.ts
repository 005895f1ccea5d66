import type { Command } from 'commander';
import { getRun, listRuns, type RunSummary } from '../../contract/tracking.ts';
import { formatSeconds, formatTime, formatValue, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';

interface RunsOptions {
  notebook?: string;
  filter?: string;
  order?: string;
  limit?: string;
  json?: boolean;
}

export function trackingCommands(program: Command): void {
  program
    .command('runs')
    .description('list the tracked runs, newest first; with an id, one run whole')
    .argument('[run]')
    .option('--notebook <path>', 'only runs of this notebook')
    .option('--filter <filter>', 'MLflow\'s filter, e.g. "metrics.rmse < 20"')
    .option('--order <key>', 'e.g. "metrics.rmse ASC"; the newest first without it')
    .option('--limit <n>', 'how many at the most (default: 100)')
    .option('--json', 'one JSON object a line')
    .action(async (run: string | undefined, { json, ...query }: RunsOptions, command: Command) => {
      await withConnection(command, async ({ call }) => {
        if (run !== undefined) return printJson(await call(getRun, { runId: run }));
        const { items } = await call(listRuns, query);
        if (json) return items.forEach(printJson);
        if (items.length === 0)
          return print(
            'No runs yet: run a cell in JupyterLab, or a pipeline with "stepladder run"'
          );
        printTable(
          ['run', 'name', 'experiment', 'state', 'started', 'time', 'metrics'],
          items.map(row)
        );
      });
    });
}

function row({
  runId,
  name,
  experiment,
  state,
  startTime,
  endTime,
  metrics
}: RunSummary): string[] {
  const values = metrics.slice(0, 3).map(metric => `${metric.key} ${formatValue(metric.last)}`);
  return [
    runId,
    name,
    experiment,
    state,
    formatTime(startTime),
    endTime ? formatSeconds(endTime - startTime) : '',
    values.join(', ')
  ];
}
