// One Python process imports what the pipeline imports, once, and forks a child a step: milliseconds instead of seconds.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import {
  died,
  type Job,
  type JobResult,
  type OnLines,
  type StepProcess,
  WorkerEvent,
  type Workers
} from './job.ts';
import { endGroup, readLines } from './process-lines.ts';

interface Waiting {
  job: Job;
  onLines: OnLines;
  pid?: number;
  killed: boolean;
  settle: (result: JobResult) => void;
  ended: Promise<JobResult>;
}

/** @param fallback runs the steps when the interpreter cannot be forked safely, or does not get that far. */
export function createForkServer(
  command: readonly string[],
  folder: string,
  fallback: Workers
): Workers {
  const waiting = new Map<string, Waiting>();
  let child: ChildProcess | undefined;
  let usable = true;

  function launch(): ChildProcess {
    const [executable = '', ...argv] = command;
    const started = spawn(executable, argv, {
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe']
    });
    started.stdin!.on('error', () => {});
    readLines(started.stdio[3] as Readable, lines =>
      lines.forEach(line => hear(WorkerEvent.parse(JSON.parse(line))))
    );
    started.once('error', giveUp);
    started.once('close', giveUp);
    return started;
  }

  function hear(event: WorkerEvent): void {
    if (event.event === 'ready') return;
    if (event.event === 'unsafe') return giveUp();
    const step = waiting.get(event.id);
    if (!step) return;
    if (event.event === 'started') {
      step.pid = event.pid;
      if (step.killed) endGroup(event.pid, step.ended);
    } else if (event.event === 'output') {
      step.onLines(event.stream, event.lines);
    } else {
      waiting.delete(event.id);
      step.settle(event.result ?? died(event.signal));
    }
  }

  /** Steps that had begun are lost with it; the others, and all that follow, get processes of their own. */
  function giveUp(): void {
    usable = false;
    child = undefined;
    for (const [id, step] of waiting) {
      waiting.delete(id);
      if (step.pid !== undefined || step.killed) step.settle(died('SIGKILL'));
      else void fallback.start(step.job, step.onLines).ended.then(step.settle);
    }
  }

  return {
    start(job, onLines): StepProcess {
      if (!usable || job.fresh) return fallback.start(job, onLines);
      child ??= launch();
      let settle: (result: JobResult) => void = () => {};
      const ended = new Promise<JobResult>(resolve => (settle = resolve));
      const step: Waiting = { job, onLines, killed: false, settle, ended };
      waiting.set(job.id, step);
      (child.stdin as Writable).write(`${JSON.stringify(job)}\n`);
      return {
        ended,
        kill() {
          step.killed = true;
          if (step.pid !== undefined) endGroup(step.pid, ended);
        }
      };
    },
    close() {
      // It ends its children when its input ends.
      child?.stdin?.end();
      fallback.close();
    }
  };
}
