import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import {
  cancelPipelineRun,
  getPipelineLogs,
  getPipelineRun,
  type PipelineRun,
  runPipeline,
  type StepRun
} from '../../contract/executor.ts';
import type { Connection } from '../connect.ts';
import { readNotebook } from '../notebook-file.ts';
import { formatSeconds, print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

type Value = string | number | boolean | null;

interface RunOptions {
  param: Record<string, Value>;
  jobs?: number;
  fresh?: boolean;
  json?: boolean;
}

export function runCommand(program: Command): void {
  program
    .command('run')
    .description('run the notebook as a pipeline, each step in its own process')
    .argument('<notebook>')
    .option(
      '-p, --param <name=value>',
      "a value for one of the notebook's parameters; may be repeated",
      readParam,
      {}
    )
    .option('-j, --jobs <n>', 'steps at a time (default: the number of cores)', readCount)
    .option('--fresh', 'run every step, changed or not')
    .option(
      '--json',
      'one JSON object a line: log lines, step states, and the whole run at the end'
    )
    .action(async (name: string, options: RunOptions, command: Command) => {
      const ref = readNotebook(name);
      await withConnection(command, async connection => {
        const { param, jobs, fresh } = options;
        const begun = await connection.call(runPipeline, {
          ...ref,
          params: param,
          fresh: fresh ?? false,
          ...(jobs ? { jobs } : {})
        });
        const stop = () =>
          void connection.call(cancelPipelineRun, { pipelineRunId: begun.pipelineRunId });
        process.once('SIGINT', stop).once('SIGTERM', stop);
        const ended = await follow(connection, begun, options.json ?? false);
        process.off('SIGINT', stop).off('SIGTERM', stop);
        if (ended.state !== 'done') process.exitCode = 1;
      });
    });
}

/** Prints logs and states as they come; polls, since a run of cached steps ends before any subscription stands. */
async function follow(
  { call }: Connection,
  begun: PipelineRun,
  json: boolean
): Promise<PipelineRun> {
  const { pipelineRunId } = begun;
  const shown = new Map<string, string>();
  let after = 0;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
    const run = await call(getPipelineRun, { pipelineRunId });
    for (;;) {
      const { lines } = await call(getPipelineLogs, { pipelineRunId, after });
      if (lines.length === 0) break;
      for (const line of lines) {
        after = line.seq;
        if (json) printJson({ type: 'log', ...line });
        else print(`${line.step} | ${line.text}`);
      }
    }
    for (const step of run.steps) {
      if (shown.get(step.step) === step.state || step.state === 'waiting') continue;
      shown.set(step.step, step.state);
      if (json) printJson({ type: 'step', ...step });
      else printStep(step);
    }
    if (run.state !== 'running') {
      if (json) printJson({ type: 'run', ...run });
      else
        print(
          `${run.pipeline}: ${run.state} in ${formatSeconds((run.endTime ?? run.startTime) - run.startTime)}`
        );
      return run;
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

function printStep({ step, state, reason, startTime, endTime, error }: StepRun): void {
  const time =
    state === 'done' && startTime && endTime ? ` in ${formatSeconds(endTime - startTime)}` : '';
  print(`[${step}] ${state}${time}${reason ? ` – ${reason}` : ''}`);
  if (!error) return;
  const where =
    error.cell === undefined
      ? ''
      : ` (cell ${error.cell + 1}${error.line === undefined ? '' : `, line ${error.line}`})`;
  process.stderr.write(
    `stepladder: step "${step}" failed${where}: ${error.name}: ${error.value}\n`
  );
  if (error.remedy) process.stderr.write(`  ${error.remedy}\n`);
}

/** `rounds=200` is a number, `fast=true` a boolean, `name="200"` and anything else text. */
function readParam(text: string, before: Record<string, Value>): Record<string, Value> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not of the form name=value.`);
  const raw = text.slice(at + 1);
  let value: Value = raw;
  if (/^(-?\d+(\.\d+)?([eE][-+]?\d+)?|true|false|null|".*")$/.test(raw))
    value = JSON.parse(raw) as Value;
  else if (/^(True|False|None)$/.test(raw)) value = raw === 'None' ? null : raw === 'True';
  return { ...before, [text.slice(0, at)]: value };
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError(`"${text}" is not a number of steps; 1 or more is.`);
  return count;
}
