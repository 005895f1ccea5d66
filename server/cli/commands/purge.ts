import type { Command } from 'commander';
import { purge } from '../../contract/purge.ts';
import { print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

export function purgeCommand(program: Command): void {
  program
    .command('purge')
    .description('remove for good what was deleted: runs, models, experiments, with their files')
    .option('--dry-run', 'only say how much it would be')
    .option('--json', 'print one line of JSON')
    .action(async (options: { dryRun?: boolean; json?: boolean }, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const dryRun = options.dryRun ?? false;
        const done = await call(purge, { dryRun });
        if (options.json) return printJson(done);
        const { runs, models, experiments, files, bytes, held } = done;
        const size = `${files} files, ${(bytes / 1e6).toFixed(1)} MB`;
        print(
          `${dryRun ? 'Would remove' : 'Removed'}: ${runs} runs, ${models} models, ${experiments} experiments (${size})`
        );
        if (held > 0) print(`Kept: ${held}, whose files a registered version needs`);
      });
    });
}
