// A new process a step: for interpreters that cannot be forked, and for TypeScript.
import { spawn } from 'node:child_process';
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
import { endGroup, killGroup, readLines } from './process-lines.ts';

export function createFreshProcesses(command: readonly string[]): Workers {
  const running = new Set<() => void>();
  return {
    start(job: Job, onLines: OnLines): StepProcess {
      const [executable = '', ...argv] = command;
      // Detached: a group of its own, which can be ended as a whole.
      const child = spawn(executable, argv, {
        cwd: job.folder,
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe', 'pipe']
      });
      const stdin = child.stdin as Writable;
      stdin.on('error', () => {});
      // Left open: its end tells the worker that this server is gone.
      stdin.write(`${JSON.stringify(job)}\n`);
      readLines(child.stdout as Readable, lines => onLines('stdout', lines));
      readLines(child.stderr as Readable, lines => onLines('stderr', lines));
      let result: JobResult | undefined;
      readLines(child.stdio[3] as Readable, lines => {
        for (const line of lines.filter(Boolean)) {
          const event = WorkerEvent.parse(JSON.parse(line));
          if (event.event === 'ended' && event.result) result = event.result;
        }
      });
      const kill = () => endGroup(child.pid, ended);
      const ended = new Promise<JobResult>(resolve => {
        child.once('error', error => resolve(died(null, error.message)));
        child.once('close', (_, signal) => resolve(result ?? died(signal)));
      }).finally(() => {
        running.delete(kill);
        killGroup(child.pid, 'SIGKILL');
      });
      running.add(kill);
      return { ended, kill };
    },
    close: () => running.forEach(kill => kill())
  };
}
