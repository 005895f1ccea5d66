#!/usr/bin/env node
// The command line: lists the commands, turns what they throw into words and an exit code.
// 0 done, 1 it ran and failed, 2 the input or the call was wrong.
import './compile-cache.ts';
import { Command, CommanderError } from 'commander';
import { ProblemError } from '../contract/problem.ts';
import { VERSION } from '../version.ts';
import { analyzeCommand } from './commands/analyze.ts';
import { chooseCommand } from './commands/choose.ts';
import { compareCommand } from './commands/compare.ts';
import { deploymentCommands } from './commands/deployments.ts';
import { exportRunsCommand } from './commands/export-runs.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { levelsCommand } from './commands/levels.ts';
import { proveCommand } from './commands/prove.ts';
import { purgeCommand } from './commands/purge.ts';
import { registryCommands } from './commands/registry.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { trackingCommands } from './commands/tracking.ts';
import { versionMoveCommands } from './commands/version-moves.ts';
import { versionRunCommands } from './commands/version-runs.ts';
import { versionCommands } from './commands/versions.ts';
import { reportProblem } from './output.ts';

const program = new Command('stepladder')
  .description('From notebook cells to production pipelines, one rung at a time')
  .version(VERSION)
  .option(
    '--data <dir>',
    "data folder (default: $STEPLADDER_DATA, the nearest .stepladder above, or the user's data folder)"
  )
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'stepladder: '))
  });

const commands = [
  serveCommand,
  analyzeCommand,
  chooseCommand,
  versionCommands,
  versionMoveCommands,
  versionRunCommands,
  importCommand,
  runCommand,
  proveCommand,
  exportCommand,
  exportRunsCommand,
  trackingCommands,
  compareCommand,
  registryCommands,
  purgeCommand,
  deploymentCommands,
  levelsCommand
];
for (const add of commands) add(program);

// No `await` here: a bundle has none at its top.
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ProblemError) process.exitCode = reportProblem(error.problem);
  else {
    console.error(error);
    process.exitCode = 1;
  }
});
