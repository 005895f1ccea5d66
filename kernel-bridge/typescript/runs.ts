/// <reference types="node" />
// Runs begun by hand, and which one is meant when something is logged.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { watchSystem } from './system-metrics.ts';
import type { Run, RunOptions, RunStatus } from './stepladder-log.d.ts';

type RunEvent =
  | {
      type: 'run-started';
      runId: string;
      name?: string;
      parent?: string;
      params: Record<string, string>;
      tags: Record<string, string>;
    }
  | { type: 'run-ended'; runId: string; state: 'finished' | 'failed' | 'killed' };

export interface RunsParts {
  emit(event: RunEvent): void;
  logMetrics(run: string, metrics: Record<string, number>, step: number): void;
  texts(values: Readonly<Record<string, unknown>>): Record<string, string>;
}

interface OpenRun {
  key: string;
  run: Run;
  endMonitor?: () => void;
}

const STATES = { FINISHED: 'finished', FAILED: 'failed', KILLED: 'killed' } as const;

export function createRuns({ emit, logMetrics, texts }: RunsParts) {
  const stack: OpenRun[] = [];
  /** Within `withRun` what runs beside it does not meddle. */
  const within = new AsyncLocalStorage<OpenRun>();
  const ids = new Map<string, string>();

  const active = (): OpenRun | undefined => within.getStore() ?? stack.at(-1);

  function begin(options: RunOptions, isNested: boolean): OpenRun {
    const outer = active();
    if (outer && !isNested) {
      throw new Error(
        `startRun: the run ${outer.run.runId} is already active. End it with endRun(), or nest the new one with { nested: true }`
      );
    }
    const key = options.runId ?? randomUUID().replaceAll('-', '');
    const parent = options.parentRunId ?? (isNested ? outer?.key : undefined);
    emit({
      type: 'run-started',
      runId: key,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(parent === undefined ? {} : { parent }),
      params: texts(options.params ?? {}),
      tags: texts(options.tags ?? {})
    });
    const run: Run = {
      get runId() {
        return ids.get(key) ?? key;
      },
      name: options.name
    };
    return {
      key,
      run,
      ...(options.systemMetrics
        ? { endMonitor: watchSystem((metrics, step) => logMetrics(key, metrics, step)) }
        : {})
    };
  }

  function end(open: OpenRun, status: RunStatus): void {
    open.endMonitor?.();
    emit({ type: 'run-ended', runId: open.key, state: STATES[status] });
  }

  return {
    /** The key of the run that is logged to now; none for the session's own. */
    target: (): string | undefined => active()?.key,
    /** The server's ids of runs, by what they are called here. */
    learn(known: Readonly<Record<string, string>>) {
      for (const [key, id] of Object.entries(known)) ids.set(key, id);
    },
    startRun(options: RunOptions = {}): Run {
      const open = begin(options, options.nested ?? false);
      stack.push(open);
      return open.run;
    },
    endRun(status: RunStatus = 'FINISHED'): void {
      if (!(status in STATES)) throw new Error(`endRun: "${status}" is no status of a run`);
      const open = stack.pop();
      if (open) end(open, status);
    },
    activeRun: (): Run | undefined => active()?.run,
    async withRun<T>(options: RunOptions, work: (run: Run) => T | Promise<T>): Promise<T> {
      const open = begin(options, active() !== undefined);
      return within.run(open, async () => {
        try {
          const value = await work(open.run);
          end(open, 'FINISHED');
          return value;
        } catch (error) {
          end(open, 'FAILED');
          throw error;
        }
      });
    }
  };
}
