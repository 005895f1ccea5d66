// Which processes run the steps of a notebook; those that have imported its modules are kept for the next run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { createForkServer } from './fork-server.ts';
import { createFreshProcesses } from './fresh-process.ts';
import type { Workers } from './job.ts';

const KEPT = 5 * 60_000;

export interface WorkerRequest {
  environment: KernelEnvironment;
  /** Of interpreter and packages: another one needs another process. */
  environmentId: string;
  folder: string;
  /** Code that only imports. */
  imports: string;
  /** Steps are to keep what their cells show. */
  proof?: boolean;
}

export interface WorkerPool {
  /** To be given back with `release` when the run has ended. */
  take(request: WorkerRequest): { workers: Workers; release(): void };
  close(): void;
}

/** A bundle has it compiled, beside itself. */
function typescriptWorker() {
  const [source, compiled] = ['ts', 'cjs'].map(ending =>
    join(import.meta.dirname, `typescript-worker.${ending}`)
  );
  return existsSync(source!) ? source! : compiled!;
}

export function createWorkerPool(bridge: string): WorkerPool {
  const kept = new Map<string, { workers: Workers; users: number; timer?: NodeJS.Timeout }>();

  function create({ environment, folder, imports, proof }: WorkerRequest): Workers {
    if (environment.language === 'typescript') {
      return createFreshProcesses([process.execPath, '--no-warnings', typescriptWorker()]);
    }
    const command = (mode: 'fork' | 'alone') => [
      environment.executable,
      join(bridge, 'step_worker.py'),
      // A fixed seed: sets come in the same order in every step, and in the next run.
      JSON.stringify({
        mode,
        folder,
        imports,
        proof,
        variables: { PYTHONHASHSEED: '0', ...environment.variables }
      })
    ];
    const fresh = createFreshProcesses(command('alone'));
    // macOS and Windows: their system libraries do not survive a fork.
    return process.platform === 'linux' ? createForkServer(command('fork'), folder, fresh) : fresh;
  }

  return {
    take(request) {
      const { environment, environmentId, folder, imports, proof } = request;
      const key = JSON.stringify([environment, environmentId, folder, imports, proof]);
      const entry = kept.get(key) ?? { workers: create(request), users: 0 };
      kept.set(key, entry);
      entry.users++;
      clearTimeout(entry.timer);
      return {
        workers: entry.workers,
        release() {
          entry.users--;
          if (entry.users > 0) return;
          entry.timer = setTimeout(() => {
            kept.delete(key);
            entry.workers.close();
          }, KEPT);
          entry.timer.unref();
        }
      };
    },
    close() {
      for (const { workers, timer } of kept.values()) {
        clearTimeout(timer);
        workers.close();
      }
      kept.clear();
    }
  };
}
