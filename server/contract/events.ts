// What the server publishes after a commit; panels hear it by server-sent events and read again what they show.
import { z } from 'zod';

export const ServerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-changed'), runId: z.string(), notebook: z.string().optional() }),
  z.object({
    type: z.literal('metrics-logged'),
    runId: z.string(),
    notebook: z.string().optional(),
    executionId: z.string().optional(),
    keys: z.array(z.string())
  }),
  z.object({
    type: z.literal('cell-changed'),
    runId: z.string(),
    notebook: z.string().optional(),
    executionId: z.string(),
    cellId: z.string().optional()
  }),
  z.object({ type: z.literal('version-captured'), notebook: z.string(), version: z.string() }),
  z.object({
    type: z.literal('pipeline-run-changed'),
    pipelineRunId: z.string(),
    notebook: z.string()
  }),
  z.object({
    type: z.literal('proof-changed'),
    proofId: z.string(),
    notebook: z.string(),
    running: z.boolean()
  }),
  /** `notebook` was `from`; both may be folders. */
  z.object({ type: z.literal('notebook-moved'), from: z.string(), notebook: z.string() }),
  z.object({ type: z.literal('pipeline-exported'), notebook: z.string(), target: z.string() }),
  z.object({ type: z.literal('model-changed'), model: z.string() }),
  z.object({
    type: z.literal('alias-moved'),
    model: z.string(),
    alias: z.string(),
    from: z.string().optional(),
    to: z.string().optional()
  }),
  z.object({ type: z.literal('endpoint-changed'), name: z.string() })
]);
export type ServerEvent = z.infer<typeof ServerEvent>;

/** `GET`, `text/event-stream`; each event's data is one `ServerEvent` as JSON. A comment line every 15 s. */
export const EVENTS_PATH = '/stepladder/v1/events';
