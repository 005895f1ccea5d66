// Written by hand for the TypeScript 5.0 of tslab; Node takes it as it is. `logging.ts` is checked against it by a test.

/** A param's value; its `String()` is kept, at most 6,000 characters. */
export type ParamValue = string | number | boolean | null;

/**
 * Logs one param of the run: an input that you chose, such as a learning rate. Keys have at most 250 letters, digits, spaces
 * and `_ - . : /`. A param belongs to the whole run: the last value of a key is kept, as when a cell is run again.
 * @throws TypeError when the key is empty, RangeError when it is no such name.
 */
export function logParam(key: string, value: ParamValue): void;

/** Logs several params, each as in `logParam`: `logParams({ rounds: 100, rate: 0.1 })`. */
export function logParams(params: { readonly [key: string]: ParamValue }): void;

/**
 * Logs one value of a metric: something that was measured. NaN and infinities are kept as such.
 * @param step whole number on the x-axis; without one 0, 1, 2 … for each key, so that a loop draws a curve.
 * @param timestamp UTC milliseconds; now when not given.
 * @throws TypeError when the value is not a number.
 */
export function logMetric(key: string, value: number, step?: number, timestamp?: number): void;

/** Logs several metrics at the same step: `logMetrics({ loss: 0.3, accuracy: 0.9 }, 4)`. */
export function logMetrics(
  metrics: { readonly [key: string]: number },
  step?: number,
  timestamp?: number
): void;

/** Tags the run: text that may change later, unlike a param. */
export function setTag(key: string, value: string): void;

/** Sets several tags, each as in `setTag`. */
export function setTags(tags: { readonly [key: string]: string }): void;

export interface Run {
  /** The server's id of the run; until it has answered, the one that the run is known by here. */
  readonly runId: string;
  readonly name: string | undefined;
}

export interface RunOptions {
  /** Shown in lists; a name is made up when not given. */
  name?: string;
  params?: { readonly [key: string]: ParamValue };
  tags?: { readonly [key: string]: string };
  /** Whether it may begin within another run, which it then belongs to. */
  nested?: boolean;
  /** Of a run that is there, to go on with it. */
  runId?: string;
  /** The run that it is nested in, when that is not the active one. */
  parentRunId?: string;
  /** Whether processor and memory are logged every ten seconds, as `system/…`. */
  systemMetrics?: boolean;
}

export type RunStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/**
 * Begins a run; what is logged from then on goes to it, until `endRun()`. In a notebook the first one is the notebook's own
 * run, so that it is there once; a later one is another run.
 * @throws Error when a run is active and `nested` is not set.
 */
export function startRun(options?: RunOptions): Run;

/** Ends the run that `startRun` began last. Without one nothing happens. */
export function endRun(status?: RunStatus): void;

/**
 * A run for as long as `work` takes: FAILED when that throws. Within another one it is nested; two that run beside each other
 * do not meddle: `await withRun({ name: 'deep' }, async () => logMetric('loss', 0.3))`.
 */
export function withRun<T>(options: RunOptions, work: (run: Run) => T | Promise<T>): Promise<T>;

/** The run that is logged to, when it was begun by hand. */
export function activeRun(): Run | undefined;

/**
 * Keeps a file, or a folder with all it holds, with the run. It is copied before this returns and uploaded afterwards.
 * @param artifactPath folder within the run's artifacts, with `/`, e.g. `plots`; their top when not given.
 * @throws Error when nothing is at `path`, or when `artifactPath` leaves the run's folder.
 */
export function logArtifact(path: string, artifactPath?: string): void;

/** Keeps all that a folder holds with the run, without the folder itself. */
export function logArtifacts(folder: string, artifactPath?: string): void;

/** Keeps text as a file of the run, e.g. `logText(report, 'notes/report.txt')`. */
export function logText(text: string, artifactFile: string): void;

/** Keeps a value as a JSON file of the run: `logDict({ classes: ['adelie'] }, 'classes.json')`. */
export function logDict(value: object, artifactFile: string): void;

/**
 * Keeps a model with the run. Uploaded afterwards.
 * @param model path of an `.onnx` file or of a folder with an `MLmodel` file, or any value that JSON can hold
 *   (coefficients, a tree), which is kept as `model.json`.
 * @param name of the logged model, e.g. `species`.
 * @throws Error when nothing is at the path, TypeError when JSON cannot hold the value.
 */
export function logModel(model: string | object, name: string): void;

/** Resolves when all that was logged is with the server, or after `milliseconds` (default 30,000) at the latest. */
export function flush(milliseconds?: number): Promise<void>;
