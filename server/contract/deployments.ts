// Prediction services on this machine.
import { z } from 'zod';
import { API, operation } from './operation.ts';

export const Endpoint = z.object({
  name: z.string(),
  model: z.string(),
  /** Follows this alias; absent when it serves one fixed version. */
  alias: z.string().optional(),
  /** The version that answers now. */
  version: z.string().optional(),
  state: z.enum(['starting', 'ready', 'switching', 'failed', 'stopped']),
  detail: z.string(),
  /** `http://127.0.0.1:PORT`, with `/v2/…` (Open Inference Protocol) and `/invocations` (MLflow) below it. */
  url: z.string(),
  /** Bearer token that predictions need; absent with `auth: none`. */
  token: z.string().optional(),
  requests: z.number().int(),
  errors: z.number().int(),
  /** Milliseconds over the last 1,000 requests. */
  p50: z.number().optional(),
  p95: z.number().optional(),
  snippets: z.object({ curl: z.string(), python: z.string(), typescript: z.string() }),
  switches: z.array(z.object({ time: z.number(), from: z.string().optional(), to: z.string() }))
});
export type Endpoint = z.infer<typeof Endpoint>;

export const deploy = operation({
  name: 'deploy',
  method: 'POST',
  path: `${API}/endpoints`,
  request: z.object({
    model: z.string(),
    alias: z.string().optional(),
    version: z.string().optional(),
    /** Of the endpoint; the model's name, made fit for an address, when not given. */
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .optional(),
    port: z.number().int().min(0).max(65535).default(0),
    auth: z.enum(['token', 'none']).default('token')
  }),
  response: Endpoint
});
export const listEndpoints = operation({
  name: 'endpoints',
  method: 'GET',
  path: `${API}/endpoints`,
  request: z.object({}),
  response: z.object({ items: z.array(Endpoint) })
});
export const getEndpoint = operation({
  name: 'endpoint',
  method: 'GET',
  path: `${API}/endpoints/:name`,
  request: z.object({ name: z.string() }),
  response: Endpoint
});
export const stopEndpoint = operation({
  name: 'stop',
  method: 'POST',
  path: `${API}/endpoints/:name/stop`,
  request: z.object({ name: z.string() }),
  response: Endpoint
});
