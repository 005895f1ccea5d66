// `import FILE`: notebooks with the tags of other tools, and their pipeline files.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { importFile, type ImportNote } from '../../contract/pipelines.ts';
import { problem } from '../../contract/problem.ts';
import { readTextFile, writeNotebook } from '../notebook-file.ts';
import { print, printFindings, printJson } from '../output.ts';
import { withConnection } from '../session.ts';
import { importTracker, isTracker, type TrackerOptions } from './import-tracker.ts';

interface ImportOptions {
  out?: string;
  dryRun?: boolean;
  force?: boolean;
  json?: boolean;
}

const NAMES = {
  kale: "Kale's tags",
  headings: 'headings',
  papermill: "papermill's parameters",
  elyra: 'an Elyra pipeline'
};

export function importCommand(program: Command): void {
  program
    .command('import')
    .description(
      'take over steps from Kale tags, headings, papermill parameters or an Elyra .pipeline file; runs and models from an mlflow.db, an mlruns folder or an MLflow server'
    )
    .argument('<source...>', 'a file; or [mlflow] and the place of a tracker')
    .option(
      '--out <notebook>',
      'where to write (default: the notebook itself; beside a .pipeline file)'
    )
    .option('--dry-run', 'say what would become of everything, and write nothing')
    .option('--force', 'write over a notebook that is there already')
    .option('--artifacts <dir>', 'folder behind the mlflow-artifacts: addresses of an mlflow.db')
    .option('--no-artifacts', 'leave the artifacts of a tracker where they are')
    .option('--json')
    .action((words: string[], options: ImportOptions & TrackerOptions, command: Command) =>
      isTracker(words)
        ? importTracker(words, options, command)
        : importInto(words.join(' '), options, command)
    );
}

export async function importInto(
  file: string,
  { out, dryRun, force, json }: ImportOptions,
  command: Command
): Promise<void> {
  const path = resolve(file);
  const text = readTextFile(path, file);
  await withConnection(command, async ({ call }) => {
    const answer = await call(importFile, { path, text, files: filesNamedIn(path, text) });
    const target = resolve(out ?? join(dirname(path), answer.name));
    if (!dryRun) {
      if (target !== path && existsSync(target) && !force) {
        throw problem('already_exists', `"${target}" is there already, so nothing was written`, {
          remedy: 'Give another name with --out, or --force to write over it'
        });
      }
      writeNotebook(target, answer.notebook);
    }
    if (json)
      return printJson({ ...answer, notebook: undefined, ...(dryRun ? {} : { written: target }) });
    print(`Read ${NAMES[answer.from]}: ${answer.steps.map(({ name }) => name).join(', ')}`);
    for (const note of answer.notes) print(`  ${noteLine(note)}`);
    printFindings(answer.findings);
    print(dryRun ? 'Nothing was written' : `Wrote ${target}`);
  });
}

function noteLine({ cell, step, subject, outcome, text }: ImportNote): string {
  const place = cell === undefined ? step : `cell ${cell + 1}`;
  return [outcome.padEnd(7), [place, subject].filter(Boolean).join(' '), '–', text].join(' ');
}

/**
 * What an Elyra pipeline runs, by paths from its folder. A pipeline of somebody else may name any file: only what is in
 * its folder, or below the one where the command was given, goes into the notebook.
 */
function filesNamedIn(path: string, text: string): Record<string, string> {
  if (extname(path) !== '.pipeline') return {};
  const folder = dirname(path);
  const isNear = (file: string) =>
    [folder, process.cwd()].some(near => file.startsWith(near.endsWith(sep) ? near : near + sep));
  const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const names = [...text.matchAll(/"(?:filename|artifact)"\s*:\s*("(?:[^"\\]|\\.)*")/g)].map(
    ([, name]) => JSON.parse(name!) as string
  );
  return Object.fromEntries(
    [...new Set(names)].flatMap(name => {
      const full = resolve(folder, name);
      return isNear(full) && isFile(full) ? [[name, readFileSync(full, 'utf8')] as const] : [];
    })
  );
}
