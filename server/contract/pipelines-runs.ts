// From a run to the version that it was made from, and back.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { VersionSummary, Which } from './pipelines.ts';
import { RunSummary } from './tracking.ts';

/** The version that a run was made from: every cell that it executed stands in it as it was executed. */
export const getRunVersion = operation({
  name: 'run-version',
  method: 'GET',
  path: `${API}/runs/:runId/version`,
  request: z.object({ runId: z.string() }),
  response: z.object({
    runId: z.string(),
    /** Of the notebook; what the versions page and the other calls of pipelines take. */
    path: z.string().optional(),
    pipelineId: z.string().optional(),
    /** Not there for the main line. */
    branch: z.string().optional(),
    /** Not there where the notebook was never captured. */
    version: VersionSummary.optional(),
    /** Steps (or cells) that were executed otherwise than the version has them; empty: the run is of this very version. */
    edited: z.array(z.string()),
    /** Why no version is known, in words. */
    reason: z.string().optional()
  })
});

/** The runs that were made from a version, newest first. */
export const listVersionRuns = operation({
  name: 'version-runs',
  method: 'POST',
  path: `${API}/pipelines/version-runs`,
  request: Which.extend({
    version: z.string(),
    limit: z.number().int().min(1).max(1000).default(100)
  }),
  response: z.object({
    version: VersionSummary,
    items: z.array(RunSummary),
    /** Of all runs made from it, those not listed included. */
    total: z.number().int()
  })
});

/** For lists of runs: the version of every run of a notebook whose version is known. */
export const listRunVersions = operation({
  name: 'run-versions',
  method: 'POST',
  path: `${API}/pipelines/run-versions`,
  request: Which,
  response: z.object({
    items: z.array(
      z.object({
        runId: z.string(),
        version: z.string(),
        /** Not there for the main line. */
        branch: z.string().optional()
      })
    )
  })
});
