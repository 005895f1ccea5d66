// What a run stood on when it was made: machine, kernel, packages, git, the files it read.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { ValueSchema } from './value-schema.ts';

export const Machine = z.object({
  host: z.string().max(255),
  /** E.g. `Linux 6.1 x86_64`. */
  system: z.string().max(255),
  cpus: z.number().int().optional(),
  /** Bytes. */
  memory: z.number().int().optional(),
  user: z.string().max(255).optional()
});
export type Machine = z.infer<typeof Machine>;

export const Package = z.object({ name: z.string().max(255), version: z.string().max(255) });
export type Package = z.infer<typeof Package>;

/** The state of the repository that the notebook or script lies in, when the run began. */
export const GitFacts = z.object({
  commit: z.string(),
  branch: z.string().optional(),
  /** Whether files under version control differed from the commit; not there when git could not say. */
  dirty: z.boolean().optional(),
  /** Those that did, at most 50, relative to the repository. */
  changed: z.array(z.string())
});
export type GitFacts = z.infer<typeof GitFacts>;

export const RunFacts = z.object({
  runId: z.string(),
  kernel: z
    .object({
      language: z.string(),
      version: z.string().optional(),
      executable: z.string().optional()
    })
    .optional(),
  machine: Machine.optional(),
  git: GitFacts.optional(),
  environment: z.object({ digest: z.string(), packages: z.array(Package) }).optional(),
  /** Files that cells of the run have read or written. */
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.number().int(),
      /** UTC milliseconds. */
      modified: z.number(),
      executionId: z.string(),
      /** Written by the cell; read where it is not. */
      written: z.boolean().optional(),
      /** sha256 of what was in it, where the server could read it as the cell did; the same content has the same under any path. */
      contentId: z.string().optional(),
      rows: z.number().int().optional(),
      schema: ValueSchema.optional()
    })
  ),
  /** Datasets that were logged as inputs. */
  datasets: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      sourceType: z.string(),
      source: z.string(),
      context: z.string().optional()
    })
  ),
  /** From a point of a curve to the cell that made it: which execution logged which stretch of a metric. */
  stretches: z.array(
    z.object({
      key: z.string(),
      executionId: z.string(),
      cellId: z.string().optional(),
      /** The execution's number in its notebook. */
      count: z.number().int().optional(),
      firstStep: z.number().int(),
      lastStep: z.number().int(),
      firstTime: z.number(),
      lastTime: z.number(),
      points: z.number().int()
    })
  )
});
export type RunFacts = z.infer<typeof RunFacts>;

export const getRunFacts = operation({
  name: 'run-facts',
  method: 'GET',
  path: `${API}/runs/:runId/facts`,
  request: z.object({ runId: z.string() }),
  response: RunFacts
});
