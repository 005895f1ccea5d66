// Commands that bring versions somewhere: into the notebook, under a name, onto a branch, to a remote repository and back.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import {
  blame,
  capture,
  createBranch,
  listBranches,
  pull,
  push,
  restore,
  tagVersion
} from '../../contract/pipelines.ts';
import { keepOutputs } from '../../contract/kept-outputs.ts';
import type { Notebook } from '../../contract/notebook.ts';
import { ProblemError } from '../../contract/problem.ts';
import type { Connection } from '../connect.ts';
import { readNotebook, writeNotebook } from '../notebook-file.ts';
import { formatTime, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';
import { identify } from '../which.ts';

interface Json {
  json?: boolean;
}

export function versionMoveCommands(program: Command): void {
  program
    .command('restore')
    .description('bring a version back into the notebook; what is there now is kept first')
    .argument('<notebook>')
    .argument('<version>', 'v3, 1.2.0, a tag, or "latest"')
    .option('--out <file>', 'write it to another file and leave the notebook as it is')
    .action(async (name: string, version: string, { out }: { out?: string }, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const which = identify(name);
        const restored = await call(restore, { ...which, version });
        if (out !== undefined) {
          writeNotebook(out, restored.notebook);
          return print(`Wrote ${version} to ${out}`);
        }
        if (!existsSync(which.path)) {
          writeNotebook(which.path, restored.notebook);
          return print(`Restored ${version}; there was no "${name}"`);
        }
        const ref = readNotebook(name);
        const kept = await keepNow(ref, version, call);
        writeNotebook(ref.path, asFarAsTrue(ref.notebook, restored.notebook));
        return print(`Restored ${version}; what was there is ${kept}`);
      });
    });

  program
    .command('tag')
    .description('give a version a name')
    .argument('<notebook>')
    .argument('<name>')
    .argument('[version]', 'v3, 1.2.0, or "latest"', 'latest')
    .option('--json')
    .action(
      async (name: string, tag: string, version: string, { json }: Json, command: Command) => {
        await withConnection(command, async ({ call }) => {
          const tagged = await call(tagVersion, { ...identify(name), name: tag, version });
          if (json) return printJson(tagged);
          print(`${tagged.version} is now also "${tag}"`);
        });
      }
    );

  program
    .command('branch')
    .description('begin a line of versions beside the others, or list those there are')
    .argument('<notebook>')
    .argument('[name]')
    .argument('[version]', 'where it begins', 'latest')
    .option('--out <file>', 'write the notebook of the branch to another file')
    .option('--json')
    .action(
      async (
        name: string,
        branch: string | undefined,
        version: string,
        { out, json }: Json & { out?: string },
        command: Command
      ) => {
        await withConnection(command, async ({ call }) => {
          const which = identify(name);
          if (branch === undefined) {
            const { items } = await call(listBranches, {
              path: which.path,
              ...(which.pipeline ? { pipeline: which.pipeline } : {})
            });
            if (json) return items.forEach(printJson);
            const rows = items.map(({ branch, versions, newest }) => [
              branch,
              String(versions),
              newest.version,
              newest.message
            ]);
            return printTable(['branch', 'versions', 'newest', 'message'], rows);
          }
          const made = await call(createBranch, { ...which, name: branch, version });
          const target = out ?? name;
          writeNotebook(target, made.notebook);
          if (json) return printJson({ branch: made.branch, from: made.from, notebook: target });
          print(`"${target}" is ${made.from.version} on the branch "${branch}": captures go there`);
        });
      }
    );

  program
    .command('blame')
    .description('the version that each line of the steps is from')
    .argument('<notebook>')
    .option('--step <name>', 'one step only')
    .option('--at <version>', 'as of that version', 'latest')
    .option('--json')
    .action(
      async (
        name: string,
        { step, at, json }: Json & { step?: string; at: string },
        command: Command
      ) => {
        await withConnection(command, async ({ call }) => {
          const asked = { ...identify(name), version: at, ...(step === undefined ? {} : { step }) };
          const { steps } = await call(blame, asked);
          if (json) return steps.forEach(printJson);
          for (const { step, lines } of steps) {
            print(`${step}:`);
            printTable(
              ['version', 'author', 'time', 'line'],
              lines.map(({ version, author, time, text }) => [
                version,
                author,
                formatTime(time),
                text
              ])
            );
          }
        });
      }
    );

  remoteCommands(program);
}

interface RemoteOptions extends Json {
  remote?: string;
  token?: string;
  username?: string;
  branch?: string;
  keep?: 'both' | 'theirs';
}

function remoteCommands(program: Command): void {
  const remoteCommand = (word: string, description: string) =>
    program
      .command(word)
      .description(description)
      .argument('<notebook>')
      .argument(
        '[url]',
        'http:// or https:// address of a git repository (default: the one used last)'
      )
      .option('--remote <url>', 'the same')
      .option(
        '--token <token>',
        'for that repository (default: $STEPLADDER_GIT_TOKEN); kept nowhere'
      )
      .option('--username <name>', 'that goes with the token, where the server asks for one')
      .option('--branch <name>', 'of the remote repository (default: stepladder/<notebook>)')
      .option('--json');
  const askedBy = (name: string, url: string | undefined, options: RemoteOptions) => {
    const address = url ?? options.remote;
    const token = options.token ?? process.env['STEPLADDER_GIT_TOKEN'];
    return {
      ...identify(name),
      ...(address === undefined ? {} : { url: address }),
      ...(token ? { token } : {}),
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.branch === undefined ? {} : { remoteBranch: options.branch })
    };
  };

  remoteCommand('push', "send a notebook's versions to a git repository").action(
    async (name: string, url: string | undefined, options: RemoteOptions, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const answer = await call(push, askedBy(name, url, options));
        if (options.json) return printJson(answer);
        const { sent, newest, remoteBranch } = answer;
        print(
          sent === 0
            ? `"${remoteBranch}" has everything up to ${newest.version} already`
            : `Sent ${count(sent)} up to ${newest.version} to "${remoteBranch}"`
        );
      });
    }
  );

  remoteCommand('pull', "fetch a notebook's versions from a git repository")
    .option(
      '--keep <side>',
      'where both sides went on: "both" puts ours on top, "theirs" sets ours aside'
    )
    .action(
      async (name: string, url: string | undefined, options: RemoteOptions, command: Command) => {
        await withConnection(command, async ({ call }) => {
          const { keep } = options;
          const answer = await call(pull, {
            ...askedBy(name, url, options),
            ...(keep ? { keep } : {})
          });
          if (options.json) return printJson(answer);
          const { received, newest, kept } = answer;
          print(
            received === 0
              ? 'Nothing new there'
              : `Received ${count(received)}; the newest is ${newest.version}`
          );
          if (kept) print(`Our own line is kept on the branch "${kept}"`);
          if (received > 0)
            print(`Bring it into the notebook with: stepladder restore ${name} latest`);
        });
      }
    );
}

const count = (versions: number) => `${versions} ${versions === 1 ? 'version' : 'versions'}`;

/** As a version; where it cannot be one (it does not parse, say), as a file beside the notebook. */
async function keepNow(
  ref: { path: string; notebook: Notebook },
  version: string,
  call: Connection['call']
): Promise<string> {
  try {
    const { version: before, kept } = await call(capture, {
      ...ref,
      message: `Before restoring ${version}`,
      allowSecrets: true
    });
    return kept ?? before.version;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'invalid_code') throw error;
    const beside = ref.path.replace(/(\.ipynb)?$/, '.before-restore.ipynb');
    writeNotebook(beside, ref.notebook);
    return `in "${beside}", for it could not be captured: ${error.problem.detail}`;
  }
}

/** Versions leave out what a kernel writes: outputs, which stay where the code did, and its language, which editors colour by. */
function asFarAsTrue(now: Notebook, restored: Notebook): Notebook {
  const cells = keepOutputs(restored.cells, now.cells);
  const language = now.metadata['language_info'];
  const metadata = language === undefined ? {} : { language_info: language };
  return { ...restored, cells, metadata: { ...restored.metadata, ...metadata } };
}
