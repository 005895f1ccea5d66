// Written by hand for the TypeScript 5.0 of tslab. `logging.ts` is checked against it by a test.

/** A param's value; its `String()` is kept, at most 6,000 characters. */
export type ParamValue = string | number | boolean | null;

/**
 * Logs one param of the run: an input that you chose, such as a learning rate. Keys have at most 250 characters.
 * A param belongs to the whole run: another value for the same key is refused by the server.
 * @throws TypeError when the key is empty.
 */
export function logParam(key: string, value: ParamValue): void;

/** Logs several params, each as in `logParam`: `logParams({ rounds: 100, rate: 0.1 })`. */
export function logParams(params: { readonly [key: string]: ParamValue }): void;

/**
 * Logs one value of a metric: something that was measured. NaN and infinities are kept as such.
 * @param step whole number on the x-axis; without one 0, 1, 2 … for each key, so that a loop draws a curve.
 * @throws TypeError when the value is not a number.
 */
export function logMetric(key: string, value: number, step?: number): void;

/** Logs several metrics at the same step: `logMetrics({ loss: 0.3, accuracy: 0.9 }, 4)`. */
export function logMetrics(metrics: { readonly [key: string]: number }, step?: number): void;

/** Tags the run: text that may change later, unlike a param. */
export function setTag(key: string, value: string): void;

/**
 * Keeps a file, or a folder with all it holds, with the run. It is copied before this returns and uploaded afterwards.
 * @param artifactPath folder within the run's artifacts, with `/`, e.g. `plots`; their top when not given.
 * @throws Error when nothing is at `path`, or when `artifactPath` leaves the run's folder.
 */
export function logArtifact(path: string, artifactPath?: string): void;

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
