import type { Command } from 'commander';
import { getLevels } from '../../contract/levels.ts';
import { print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

export function levelsCommand(program: Command): void {
  program
    .command('levels')
    .description(
      'say where this project stands on the ladder, with the evidence, and what comes next'
    )
    .option('--json')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const report = await call(getLevels, {});
        if (json) return printJson(report);
        for (const { level, title, reached, evidence } of report.rungs) {
          print(
            `${reached ? '✓' : '○'} level ${level}  ${title}${evidence ? `  (${evidence.text})` : ''}`
          );
        }
        if (report.next)
          print(`\nNext: ${report.next.title}. ${report.next.text}\n  ${report.next.command}`);
      });
    });
}
