// What another tracker kept, carried over to this server: experiments, runs with whole histories, models. One batch is one
// transaction; sending it again changes nothing.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { MetricValue, RunState, WholeNumber } from './tracking.ts';

const Lifecycle = z.enum(['active', 'deleted']);
const Values = z.record(z.string(), z.string());
const Time = WholeNumber;

export const CarriedExperiment = z.object({
  /** Its id over there. */
  sourceId: z.string().max(64),
  name: z.string().min(1).max(500),
  lifecycle: Lifecycle,
  createdAt: Time,
  updatedAt: Time,
  tags: Values
});
export type CarriedExperiment = z.infer<typeof CarriedExperiment>;

export const CarriedRun = z.object({
  runId: z.string().regex(/^[A-Za-z0-9][\w-]{0,255}$/),
  /** `sourceId` of its experiment. */
  experiment: z.string(),
  name: z.string(),
  userId: z.string(),
  state: RunState,
  lifecycle: Lifecycle,
  startTime: Time,
  endTime: Time.optional(),
  /** Where its artifacts stay; left out when they are carried over too. */
  artifactUri: z.string().optional(),
  params: Values,
  tags: Values,
  datasets: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      sourceType: z.string(),
      source: z.string(),
      schema: z.string().optional(),
      profile: z.string().optional(),
      tags: Values
    })
  ),
  models: z.array(
    z.object({
      modelId: z.string(),
      direction: z.enum(['input', 'output']),
      step: WholeNumber
    })
  )
});
export type CarriedRun = z.infer<typeof CarriedRun>;

/** A piece of one metric's history. */
export const CarriedPoints = z.object({
  runId: z.string(),
  key: z.string().max(250),
  times: z.array(Time),
  steps: z.array(WholeNumber),
  values: z.array(MetricValue)
});
export type CarriedPoints = z.infer<typeof CarriedPoints>;

export const CarriedLoggedModel = z.object({
  modelId: z.string().max(255),
  experiment: z.string(),
  name: z.string(),
  modelType: z.string(),
  runId: z.string().optional(),
  status: z.string(),
  statusMessage: z.string().optional(),
  lifecycle: Lifecycle,
  createdAt: Time,
  updatedAt: Time,
  artifactUri: z.string().optional(),
  params: Values,
  tags: Values,
  metrics: z.array(
    z.object({
      runId: z.string(),
      key: z.string(),
      value: MetricValue,
      time: Time,
      step: WholeNumber,
      datasetName: z.string(),
      datasetDigest: z.string()
    })
  )
});
export type CarriedLoggedModel = z.infer<typeof CarriedLoggedModel>;

export const CarriedVersion = z.object({
  version: z.number().int().min(1),
  /** As it was given over there. */
  source: z.string(),
  storageLocation: z.string(),
  /** The run or logged model whose artifacts its files lie in, and where in them. */
  within: z
    .object({ run: z.string().optional(), model: z.string().optional(), path: z.string() })
    .optional(),
  runId: z.string().optional(),
  runLink: z.string(),
  loggedModelId: z.string().optional(),
  description: z.string(),
  stage: z.string(),
  createdAt: Time,
  updatedAt: Time,
  tags: Values
});
export type CarriedVersion = z.infer<typeof CarriedVersion>;

export const CarriedRegisteredModel = z.object({
  name: z.string().min(1),
  description: z.string(),
  createdAt: Time,
  updatedAt: Time,
  tags: Values,
  /** Alias → version. */
  aliases: z.record(z.string(), z.number().int()),
  versions: z.array(CarriedVersion)
});
export type CarriedRegisteredModel = z.infer<typeof CarriedRegisteredModel>;

export const CarriedKind = z.enum(['run', 'model']);
export type CarriedKind = z.infer<typeof CarriedKind>;

const Source = z.string().min(1).max(2048);

export const importBatch = operation({
  name: 'import-batch',
  method: 'POST',
  path: `${API}/transfer/batches`,
  request: z.object({
    /** Which tracker it comes from; the same words each time, so that nothing is carried over twice. */
    source: Source,
    experiments: z.array(CarriedExperiment).max(1000).default([]),
    runs: z.array(CarriedRun).max(1000).default([]),
    points: z.array(CarriedPoints).max(50_000).default([]),
    loggedModels: z.array(CarriedLoggedModel).max(1000).default([]),
    registeredModels: z.array(CarriedRegisteredModel).max(1000).default([]),
    /** Those that are wholly here now, with what tells whether they have changed since. */
    done: z
      .array(z.object({ kind: CarriedKind, id: z.string(), stamp: z.string() }))
      .max(1000)
      .default([])
  }),
  response: z.object({
    /** Where the artifacts of the runs and logged models of this batch belong. */
    places: z.record(z.string(), z.string()),
    /** What could not be taken over as it was. */
    notes: z.array(z.string())
  })
});

/** What is wholly here already. */
export const importState = operation({
  name: 'import-state',
  method: 'POST',
  path: `${API}/transfer/state`,
  request: z.object({ source: Source, kind: CarriedKind, ids: z.array(z.string()).max(1000) }),
  /** Stamps by id. */
  response: z.object({ done: z.record(z.string(), z.string()) })
});
