// One process of model_worker.py: started, asked, ended. What to do when it dies is the worker's business.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { tmpdir } from 'node:os';
import { createFrameReader, encodeFrame, type Frame } from './frames.ts';
import type { ModelFiles } from './model-files.ts';

export interface ModelProcess {
  /** Of its end: what it said last, in one text. */
  readonly ended: Promise<string>;
  send(header: Record<string, unknown>, bodies: readonly Uint8Array[]): void;
  /** Lets it answer what it was asked, and go. */
  finish(): void;
  kill(): void;
}

export interface ModelProcessOptions {
  python: string;
  /** Folder of model_worker.py. */
  bridge: string;
  files: ModelFiles;
  maxRows: number;
  onFrame(frame: Frame): void;
}

const SAID = 4000;

export function startModelProcess({
  python,
  bridge,
  files,
  maxRows,
  onFrame
}: ModelProcessOptions): ModelProcess {
  const child = spawn(python, ['-I', '-B', join(bridge, 'model_worker.py')], {
    cwd: files.folder,
    env: environmentOf(python),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true
  });
  let said = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-SAID)));
  child.stdout.on('data', createFrameReader(onFrame));
  // A process that is gone says so by its end; a write that comes too late is no news.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(`${python}: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(lastWords(said) || `It ended with ${signal ?? `code ${code}`}`)
    );
  });
  write(child, loadRequest(files, maxRows), []);
  return {
    ended,
    send: (header, bodies) => write(child, header, bodies),
    finish: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL')
  };
}

function write(
  child: ChildProcessWithoutNullStreams,
  header: Record<string, unknown>,
  bodies: readonly Uint8Array[]
): void {
  child.stdin.cork();
  for (const piece of encodeFrame(header, bodies)) child.stdin.write(piece);
  child.stdin.uncork();
}

function loadRequest(
  { folder, pyfunc, estimator, signature }: ModelFiles,
  maxRows: number
): Record<string, unknown> {
  const { columns, tensors, outputs, params } = signature;
  return {
    path: folder,
    pyfunc,
    file: estimator?.file,
    format: estimator?.format,
    trusted: estimator?.trusted,
    columns,
    tensors: tensors?.map(({ name, dtype }) => ({ name, dtype })),
    outputs: outputs.flatMap(output => output.name ?? []),
    params,
    max_rows: maxRows
  };
}

/** Nothing of the server's own environment: no tokens, no proxies. One thread a model, since models share the machine. */
function environmentOf(python: string): Record<string, string> {
  const path = isAbsolute(python) ? [dirname(python)] : [];
  return {
    PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: tmpdir(),
    LANG: 'C.UTF-8',
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: '1'
  };
}

/** The last line of a traceback says what went wrong. */
function lastWords(said: string): string {
  return said.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
