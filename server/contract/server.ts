import { z } from 'zod';
import { API, operation } from './operation.ts';

export const ServerStatus = z.object({
  version: z.string(),
  /** Absolute folder that relative notebook paths start from. */
  workspace: z.string(),
  data: z.string(),
  project: z.string()
});
export type ServerStatus = z.infer<typeof ServerStatus>;

export const getStatus = operation({
  name: 'status',
  method: 'GET',
  path: `${API}/status`,
  request: z.object({}),
  response: ServerStatus
});
