// A model that answers, whatever happens to its process: requests are answered in order; one that takes too long or
// breaks the process fails alone, and those behind it are asked again of the next process.
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from './frames.ts';
import { MAX_ROWS } from './inference-protocol.ts';
import type { ModelFiles } from './model-files.ts';
import { type ModelProcess, startModelProcess } from './model-process.ts';

export type Answer =
  | { ok: true; header: Record<string, unknown>; body: Uint8Array }
  | { ok: false; reason: 'input' | 'timeout' | 'died' | 'busy' | 'closed'; message: string };

export interface ModelWorker {
  readonly files: ModelFiles;
  /** `mlflow`, `pickle` or `skops`: what loaded it. */
  readonly loader: string;
  ask(header: Record<string, unknown>, bodies: readonly Uint8Array[]): Promise<Answer>;
  /** Answers what it was asked and ends. */
  drain(): Promise<void>;
  /** Ends it at once; what was asked fails. */
  kill(): Promise<void>;
}

export interface ModelWorkerOptions {
  python: string;
  bridge: string;
  files: ModelFiles;
  maxRows?: number;
  /** Milliseconds that one prediction may take. */
  deadline?: number;
  /** Milliseconds that loading may take. */
  patience?: number;
  /** Runs before the model is loaded again; throws when its files are not what they were. */
  verify?(): Promise<void>;
  /** Ends a process that is still loading. */
  signal?: AbortSignal;
  /** Says why the process does not come back, and `undefined` when it has. */
  onTrouble?(message: string | undefined): void;
}

interface Job {
  header: Record<string, unknown>;
  bodies: readonly Uint8Array[];
  resolve(answer: Answer): void;
}

const QUEUE = 1000;
/** Longest pause between two tries to bring a process back. */
const SLOWEST = 30_000;

/** @throws Error with the process's last words when the model does not load. */
export async function startModelWorker(options: ModelWorkerOptions): Promise<ModelWorker> {
  const { files, deadline = 60_000 } = options;
  const waiting: Job[] = [];
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let state: 'open' | 'draining' | 'closed' = 'open';
  let slow = false;
  let drained: () => void = () => {};

  function onAnswer({ header, body }: Frame): void {
    failures = 0;
    const job = waiting.shift();
    watch();
    const { error } = header;
    job?.resolve(
      typeof error === 'string'
        ? { ok: false, reason: 'input', message: error }
        : { ok: true, header, body }
    );
    if (state === 'draining' && waiting.length === 0) running.finish();
  }

  /** Only the request in front runs; its time begins when it gets there. */
  function watch(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const current = running;
    timer = setTimeout(() => {
      slow = true;
      current.kill();
    }, deadline);
  }

  function send({ header, bodies }: Job): void {
    running.send({ ...header, id: 0 }, bodies);
  }

  async function onEnd(lastWords: string): Promise<void> {
    clearTimeout(timer);
    const broken = state === 'closed' ? waiting.splice(0) : waiting.splice(0, 1);
    for (const job of broken) job.resolve(failure(lastWords));
    slow = false;
    if (state === 'closed' || (state === 'draining' && waiting.length === 0)) return drained();
    await revive();
  }

  function failure(lastWords: string): Answer {
    if (state === 'closed')
      return { ok: false, reason: 'closed', message: 'The prediction service was stopped' };
    if (slow)
      return {
        ok: false,
        reason: 'timeout',
        message: `The prediction took longer than ${deadline / 1000} s`
      };
    return {
      ok: false,
      reason: 'died',
      message: `The model's process ended while predicting: ${lastWords}`
    };
  }

  async function revive(): Promise<void> {
    while (state !== 'closed') {
      await delay(Math.min(SLOWEST, 50 * 2 ** failures), undefined, { ref: false });
      failures += 1;
      try {
        await options.verify?.();
        running = (await load(options, onAnswer, onEnd)).process;
        slow = false;
        options.onTrouble?.(undefined);
        break;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        for (const job of waiting.splice(0)) job.resolve({ ok: false, reason: 'died', message });
        options.onTrouble?.(message);
        if (state === 'draining') return drained();
      }
    }
    if (isClosed()) return running.kill();
    for (const job of waiting) send(job);
    watch();
    if (state === 'draining' && waiting.length === 0) running.finish();
  }

  const isClosed = () => state === 'closed';
  const first = await load(options, onAnswer, onEnd);
  let running: ModelProcess = first.process;

  return {
    files,
    loader: first.loader,
    ask(header, bodies) {
      if (state !== 'open')
        return Promise.resolve({
          ok: false,
          reason: 'closed',
          message: 'The version is being replaced'
        });
      if (waiting.length >= QUEUE) {
        return Promise.resolve({
          ok: false,
          reason: 'busy',
          message: `${QUEUE} predictions are waiting already`
        });
      }
      return new Promise(resolve => {
        const job = { header, bodies, resolve };
        waiting.push(job);
        send(job);
        if (waiting.length === 1) watch();
      });
    },
    drain() {
      state = 'draining';
      const done = new Promise<void>(resolve => (drained = resolve));
      if (waiting.length === 0) running.finish();
      return done;
    },
    async kill() {
      state = 'closed';
      running.kill();
      const lastWords = await running.ended;
      for (const job of waiting.splice(0)) job.resolve(failure(lastWords));
    }
  };
}

/** A process whose model is loaded. */
async function load(
  { patience = 120_000, maxRows = MAX_ROWS, signal, ...options }: ModelWorkerOptions,
  onAnswer: (frame: Frame) => void,
  onEnd: (lastWords: string) => void
): Promise<{ process: ModelProcess; loader: string }> {
  let settle: (frame: Frame) => void = () => {};
  let onFrame = (frame: Frame) => {
    onFrame = onAnswer;
    settle(frame);
  };
  const process = startModelProcess({ ...options, maxRows, onFrame: frame => onFrame(frame) });
  const giveUp = () => process.kill();
  const timer = setTimeout(giveUp, patience);
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp);
  try {
    const loaded = new Promise<Frame>(resolve => (settle = resolve));
    const dead = process.ended.then((lastWords): Frame => ({
      header: { error: lastWords },
      body: new Uint8Array()
    }));
    const { header } = await Promise.race([loaded, dead]);
    if (header['ready'] !== true) {
      process.kill();
      await process.ended;
      throw new Error(String(header['error'] ?? 'It did not load in time'));
    }
    void process.ended.then(onEnd);
    return { process, loader: String(header['loader']) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
