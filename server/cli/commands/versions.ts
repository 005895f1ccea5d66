import type { Command } from 'commander';
import { capture, diffVersions, listVersions, restore } from '../../contract/pipelines.ts';
import type { VersionSummary } from '../../contract/pipelines.ts';
import { type Notebook, notebookIntent } from '../../contract/notebook.ts';
import { readNotebook, writeNotebook } from '../notebook-file.ts';
import { formatTime, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';

interface Json {
  json?: boolean;
}

export function versionCommands(program: Command): void {
  program
    .command('capture')
    .description("make an immutable version of the notebook's steps")
    .argument('<notebook>')
    .option('-m, --message <message>', 'what changed, in a sentence')
    .option('--json')
    .action(
      async (name: string, { message, json }: Json & { message?: string }, command: Command) => {
        const ref = readNotebook(name);
        await withConnection(command, async ({ call }) => {
          const answer = await call(capture, {
            ...ref,
            ...(message === undefined ? {} : { message })
          });
          if (json) return printJson(answer);
          const { version, created } = answer;
          print(
            created
              ? `Captured ${version.version}: ${version.message}`
              : `Nothing changed since ${version.version}`
          );
        });
      }
    );

  program
    .command('versions')
    .description('list the versions of a notebook, newest first')
    .argument('<notebook>')
    .option('--json')
    .action(async (name: string, { json }: Json, command: Command) => {
      const which = identify(name);
      await withConnection(command, async ({ call }) => {
        const { items } = await call(listVersions, which);
        if (json) return items.forEach(printJson);
        printTable(['version', 'time', 'steps', 'message'], items.map(versionRow));
      });
    });

  program
    .command('diff')
    .description('compare two versions of a notebook')
    .argument('<notebook>')
    .argument('<from>')
    .argument('<to>')
    .option('--json')
    .action(async (name: string, from: string, to: string, { json }: Json, command: Command) => {
      const which = identify(name);
      await withConnection(command, async ({ call }) => {
        const diff = await call(diffVersions, { ...which, from, to });
        if (json) return printJson(diff);
        for (const { step, change, lines } of diff.steps.filter(
          ({ change }) => change !== 'same'
        )) {
          print(`${step}: ${change}`);
          for (const line of lines) print(`  ${line}`);
        }
        for (const { name, from, to } of [...diff.parameters, ...diff.environment])
          print(`${name}: ${from ?? '–'} → ${to ?? '–'}`);
      });
    });

  program
    .command('restore')
    .description('bring a version back into the notebook; what is there now is captured first')
    .argument('<notebook>')
    .argument('<version>')
    .option('--out <file>', 'write it to another file and leave the notebook as it is')
    .action(async (name: string, version: string, { out }: { out?: string }, command: Command) => {
      const ref = readNotebook(name);
      await withConnection(command, async ({ call }) => {
        const restored = await call(restore, { ...identify(name), version });
        if (out === undefined) {
          const before = await call(capture, { ...ref, message: `Before restoring ${version}` });
          writeNotebook(ref.path, withLanguageOf(ref.notebook, restored.notebook));
          return print(`Restored ${version}; what was there is ${before.version.version}`);
        }
        writeNotebook(out, restored.notebook);
        return print(`Wrote ${version} to ${out}`);
      });
    });
}

/** Versions leave out what a kernel writes of its language; editors colour by it. */
function withLanguageOf(now: Notebook, restored: Notebook): Notebook {
  const language = now.metadata['language_info'];
  if (language === undefined) return restored;
  return { ...restored, metadata: { ...restored.metadata, language_info: language } };
}

function identify(name: string): { path: string; pipeline?: string } {
  const { path, notebook } = readNotebook(name);
  const { pipeline } = notebookIntent(notebook);
  return pipeline === undefined ? { path } : { path, pipeline };
}

function versionRow({ version, time, steps, message }: VersionSummary): string[] {
  return [version, formatTime(time), String(steps), message];
}
