import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { exportPipeline } from '../../contract/exports.ts';
import { problem } from '../../contract/problem.ts';
import { readNotebook, writeWhole } from '../notebook-file.ts';
import { print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

export function exportCommand(program: Command): void {
  program
    .command('export')
    .description("write the notebook's pipeline as another engine's files")
    .argument('<notebook>')
    .requiredOption('--target <engine>', 'airflow')
    .requiredOption('--out <dir>', 'folder to write; must be empty, absent, or an earlier export')
    .option('--json')
    .action(
      async (
        name: string,
        options: { target: string; out: string; json?: boolean },
        command: Command
      ) => {
        const ref = readNotebook(name);
        const out = resolve(options.out);
        await withConnection(command, async ({ call }) => {
          const { files, notes, target } = await call(exportPipeline, {
            ...ref,
            target: options.target
          });
          refuseForeign(
            out,
            files.map(file => file.path)
          );
          for (const { path, content } of files) {
            const file = join(out, path);
            mkdirSync(dirname(file), { recursive: true });
            writeWhole(file, content);
          }
          if (options.json)
            return printJson({ target, out, files: files.map(file => file.path), notes });
          for (const { path } of files) print(join(options.out, path));
          for (const note of notes) print(`Note: ${note}`);
        });
      }
    );
}

/** A folder with other people's files is left alone. */
function refuseForeign(out: string, ours: string[]): void {
  if (!existsSync(out)) return;
  const known = new Set(ours.map(path => path.split('/')[0]));
  const foreign = readdirSync(out).filter(
    name => !known.has(name) && !name.startsWith('.') && name !== '__pycache__'
  );
  if (foreign.length > 0) {
    throw problem('invalid_request', `The folder "${out}" holds other files ("${foreign[0]}")`, {
      remedy: 'Give --out an empty or new folder'
    });
  }
}
