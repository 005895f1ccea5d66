// `export-runs`: what this server keeps, written so that MLflow reads it.
import type { Command } from 'commander';
import { type Carried, carryOver, openSource, openTarget } from '../../transfer/service.ts';
import { print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';
import { progressLines, summary } from './import-tracker.ts';

interface ExportOptions {
  to: string;
  artifacts: boolean;
  json?: boolean;
}

export function exportRunsCommand(program: Command): void {
  program
    .command('export-runs')
    .description(
      'write all runs and models to MLflow: an mlruns folder, an mlflow.db, or a running server'
    )
    .requiredOption('--to <place>', 'folder or mlflow.db, there already or new; or http:// address')
    .option('--no-artifacts', 'leave artifacts where they are')
    .option('--json')
    .action(async ({ to, artifacts, json }: ExportOptions, command: Command) => {
      await withConnection(command, async ({ server }) => {
        const source = openSource(server.url, { token: server.token });
        const target = openTarget(to, {
          token: process.env['MLFLOW_TRACKING_TOKEN'],
          username: process.env['MLFLOW_TRACKING_USERNAME'],
          password: process.env['MLFLOW_TRACKING_PASSWORD']
        });
        const say = json ? () => undefined : progressLines();
        let so: Readonly<Carried> | undefined;
        try {
          const carried = await carryOver(source, target, {
            withoutArtifacts: !artifacts,
            onProgress: now => say((so = now))
          });
          if (json) return printJson(carried);
          for (const note of carried.notes) print(`Note: ${note}`);
          print(`Exported ${summary(carried)} to ${to}`);
        } catch (error) {
          console.error(
            `stepladder: the export to ${to} is not complete (${so ? `${summary(so)} so far` : 'nothing yet'}). Run it again to go on.`
          );
          throw error;
        } finally {
          target.close?.();
        }
      });
    });
}
