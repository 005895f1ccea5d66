// A tracker to read from, piece by piece: nothing of it is held whole in memory.
import type { Readable } from 'node:stream';
import type {
  CarriedExperiment,
  CarriedLoggedModel,
  CarriedPoints,
  CarriedRegisteredModel,
  CarriedRun
} from '../contract/transfer.ts';

export interface SourceRun {
  run: CarriedRun;
  /** Where its artifacts are over there. */
  artifactUri: string;
  /** Another one when anything of the run has changed. */
  stamp: string;
}

export interface SourceModel {
  model: CarriedLoggedModel;
  artifactUri: string;
  stamp: string;
}

export interface SourceFile {
  /** Relative to where was looked, with `/`. */
  path: string;
  bytes: number;
  open(): Promise<Readable | ReadableStream<Uint8Array>>;
}

export interface Source {
  /** The same words for the same tracker, each time. */
  readonly name: string;
  experiments(): AsyncIterable<CarriedExperiment>;
  runs(): AsyncIterable<SourceRun>;
  /** Every metric of the run, in pieces of some thousand points. */
  points(runId: string): AsyncIterable<CarriedPoints>;
  models(): AsyncIterable<SourceModel>;
  registeredModels(): AsyncIterable<CarriedRegisteredModel>;
  /** What is kept at the address of a run's or model's artifacts; undefined when it cannot be read from here. */
  files(artifactUri: string): Promise<AsyncIterable<SourceFile> | undefined>;
  /** Why artifacts at `mlflow-artifacts:` addresses cannot be read, when they cannot. */
  readonly unproxied?: string | undefined;
  close(): void;
}
