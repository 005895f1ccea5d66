import type { Command } from 'commander';
import { Option } from 'commander';
import type { VersionSummary } from '../../contract/pipelines.ts';
import { moveNotebook } from '../../contract/notebooks.ts';
import {
  capture,
  diffVersions,
  explainChange,
  getVersion,
  listVersions
} from '../../contract/pipelines.ts';
import { readNotebook } from '../notebook-file.ts';
import { formatTime, print, printFindings, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';
import { identify } from '../which.ts';
import { printCauses, printDiff } from './version-changes.ts';
import { type Decided, printParts, readBump, reasonOf, verdictOf } from './version-parts.ts';

interface Json {
  json?: boolean;
}

interface CaptureOptions extends Json {
  message?: string;
  step?: string;
  bump?: Decided;
  allowSecrets?: boolean;
}

export function versionCommands(program: Command): void {
  program
    .command('capture')
    .description("make an immutable version of the notebook's steps")
    .argument('<notebook>')
    .option('-m, --message <message>', 'what changed, in a sentence')
    .option(
      '--step <name>',
      'only what changed in this step; the rest stays as the last version has it'
    )
    .addOption(
      new Option(
        '--bump <part>',
        'the semantic version to raise, instead of what the rule says: major, minor or patch; of a step, output or dataset NAME=major'
      ).argParser(readBump)
    )
    .option('--allow-secrets', 'go on although something in the source looks like a secret')
    .option('--json')
    .action(async (name: string, { json, bump, ...options }: CaptureOptions, command: Command) => {
      const ref = readNotebook(name);
      await withConnection(command, async ({ call }) => {
        const answer = await call(capture, { ...ref, ...options, ...bump });
        const { renamedFrom } = answer;
        // Runs and data come along too.
        if (renamedFrom !== undefined)
          await call(moveNotebook, { from: renamedFrom, to: ref.path });
        if (json) return printJson(answer);
        const { version, created, kept, findings } = answer;
        printFindings(findings);
        if (renamedFrom !== undefined)
          print(`Goes on with the versions of "${renamedFrom}", which is not there any more`);
        const { semantic } = version;
        if (created) {
          print(`Captured ${version.version}: ${version.message}`);
          print(`  ${semantic.version}: ${reasonOf(semantic)}`);
        } else if (kept !== undefined)
          print(
            `Nothing changed since ${version.version} but comments, formatting or text (kept as ${kept})`
          );
        else print(`Nothing changed since ${version.version}`);
      });
    });

  program
    .command('versions')
    .description('list the versions of a notebook, newest first; with a version, its parts')
    .argument('<notebook>')
    .argument('[version]', 'v3, 1.2.0, a tag, or "latest"')
    .option('--branch <name>', 'those of a branch')
    .option('-n, --limit <count>', 'at most so many', Number)
    .option('--json')
    .action(
      async (
        name: string,
        version: string | undefined,
        { json, branch, limit }: Json & { branch?: string; limit?: number },
        command: Command
      ) => {
        const which = identify(name, branch);
        await withConnection(command, async ({ call }) => {
          if (version !== undefined) {
            const detail = await call(getVersion, { ...which, version });
            return json ? printJson(detail) : printParts(detail);
          }
          const { items } = await call(listVersions, {
            ...which,
            ...(limit === undefined ? {} : { limit })
          });
          if (json) return items.forEach(printJson);
          printTable(
            ['version', 'semantic', 'why', 'time', 'author', 'steps', 'message'],
            items.map(versionRow)
          );
        });
      }
    );

  program
    .command('diff')
    .description('compare two versions of a notebook')
    .argument('<notebook>')
    .argument('<from>', 'a version, such as v3, 1.2.0, a tag or "latest"')
    .argument('<to>')
    .option('--json')
    .action(async (name: string, from: string, to: string, { json }: Json, command: Command) => {
      const which = identify(name);
      await withConnection(command, async ({ call }) => {
        const diff = await call(diffVersions, { ...which, from, to });
        if (json) return printJson(diff);
        printDiff(diff);
      });
    });

  program
    .command('why')
    .description(
      'what changed between a run (or version) that was good and another one, likeliest first'
    )
    .argument('<notebook>')
    .argument('<good>', 'a version, or the id of a run')
    .argument('<other>')
    .option('--json')
    .action(async (name: string, from: string, to: string, { json }: Json, command: Command) => {
      const which = identify(name);
      await withConnection(command, async ({ call }) => {
        const answer = await call(explainChange, { ...which, from, to });
        if (json) return printJson(answer);
        printCauses(answer);
      });
    });
}

function versionRow({
  version,
  semantic,
  time,
  author,
  steps,
  message,
  tags
}: VersionSummary): string[] {
  const named = tags.length > 0 ? ` (${tags.join(', ')})` : '';
  return [
    version,
    semantic.version,
    verdictOf(semantic),
    formatTime(time),
    author,
    String(steps),
    message + named
  ];
}
