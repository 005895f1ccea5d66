// Registered models, versions, aliases; what a promotion would change.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { OverrideBump, SemanticVersion } from './semantic-version.ts';
import { MetricValue } from './tracking.ts';

export const ModelVersion = z.object({
  model: z.string(),
  version: z.string(),
  aliases: z.array(z.string()),
  createdTime: z.number(),
  runId: z.string().optional(),
  runName: z.string().optional(),
  modelId: z.string().optional(),
  metrics: z.record(z.string(), MetricValue),
  params: z.record(z.string(), z.string()),
  notebook: z.string().optional(),
  /** Against the version before it; not there while it is not known yet. */
  semantic: SemanticVersion.optional()
});
export type ModelVersion = z.infer<typeof ModelVersion>;

export const AliasMove = z.object({
  alias: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
  time: z.number(),
  /** Who moved it: `stepladder`, `mlflow client`, or `kernel SESSION`. */
  by: z.string().optional(),
  undone: z.boolean()
});
export const ModelSummary = z.object({
  name: z.string(),
  champion: ModelVersion.optional(),
  latest: ModelVersion.optional(),
  versions: z.number().int()
});
export type ModelSummary = z.infer<typeof ModelSummary>;
export const ModelDetail = ModelSummary.extend({
  all: z.array(ModelVersion),
  moves: z.array(AliasMove)
});
export type ModelDetail = z.infer<typeof ModelDetail>;

/** What changes when `version` takes an alias: shown before the click. */
export const PromotionPreview = z.object({
  model: z.string(),
  alias: z.string(),
  candidate: ModelVersion,
  current: ModelVersion.optional(),
  metrics: z.array(
    z.object({
      key: z.string(),
      current: MetricValue.optional(),
      candidate: MetricValue.optional(),
      change: z.number().optional(),
      /** From the metric's name where it is a well-known one; `unknown` otherwise. */
      direction: z.enum(['higher', 'lower', 'unknown']),
      verdict: z.enum(['better', 'worse', 'same', 'unknown'])
    })
  ),
  params: z.array(
    z.object({ key: z.string(), current: z.string().optional(), candidate: z.string().optional() })
  ),
  /** Cells whose source differs, by step name or cell number, with diff lines. */
  cells: z.array(z.object({ cell: z.string(), lines: z.array(z.string()) })),
  /** Endpoints that follow the alias and will switch. */
  endpoints: z.array(z.string())
});
export type PromotionPreview = z.infer<typeof PromotionPreview>;

const Model = z.object({ model: z.string().min(1) });

export const listModels = operation({
  name: 'models',
  method: 'GET',
  path: `${API}/models`,
  request: z.object({}),
  response: z.object({ items: z.array(ModelSummary) })
});
export const getModel = operation({
  name: 'model',
  method: 'GET',
  path: `${API}/models/:model`,
  request: Model,
  response: ModelDetail
});
export const registerModel = operation({
  name: 'register',
  method: 'POST',
  path: `${API}/models/:model/versions`,
  /** `loggedModel` chooses among several models of one run, by name or id. */
  request: Model.extend({
    runId: z.string(),
    loggedModel: z.string().optional(),
    /** Instead of what the rule says of the version. */
    bump: OverrideBump.optional()
  }),
  response: ModelVersion
});
/** Decides what a version is to the one before it, in place of the rule; the rule again where no `bump` is given. */
export const setModelBump = operation({
  name: 'bump',
  method: 'POST',
  path: `${API}/models/:model/versions/:version/bump`,
  request: Model.extend({ version: z.string(), bump: OverrideBump.optional() }),
  response: ModelVersion
});
export const previewPromotion = operation({
  name: 'preview-promotion',
  method: 'GET',
  path: `${API}/models/:model/versions/:version/promotion`,
  request: Model.extend({ version: z.string(), alias: z.string().default('champion') }),
  response: PromotionPreview
});
export const promote = operation({
  name: 'promote',
  method: 'POST',
  path: `${API}/models/:model/versions/:version/promotion`,
  request: Model.extend({ version: z.string(), alias: z.string().default('champion') }),
  response: ModelDetail
});
export const undoPromotion = operation({
  name: 'undo-promotion',
  method: 'POST',
  path: `${API}/models/:model/undo`,
  request: Model.extend({ alias: z.string().default('champion') }),
  response: ModelDetail
});
