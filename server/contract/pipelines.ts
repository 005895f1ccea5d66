// Steps, pipelines and their versions.
import { z } from 'zod';
import { Edge, Finding, Parameter } from './analysis.ts';
import { Notebook, NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';

export const Step = z.object({
  name: z.string(),
  /** Indices of its cells among all cells of the notebook. */
  cells: z.array(z.number().int()),
  /** The cells' code, joined; magics as written. */
  source: z.string(),
  /** Values taken in; imports and definitions are replicated and not listed. */
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  /** Params of the notebook that it reads. */
  params: z.array(z.string()),
  /** Which step hands on which input: input name -> step. */
  sources: z.record(z.string(), z.string()),
  /** Steps that must end before it, values or not. */
  needs: z.array(z.string())
});
export type Step = z.infer<typeof Step>;

export const Pipeline = z.object({
  name: z.string(),
  language: z.enum(['python', 'typescript']),
  /** Name of the kernelspec that the notebook asks for. */
  kernel: z.string().optional(),
  /** Named by the user, or one a code cell. */
  named: z.boolean(),
  steps: z.array(Step),
  /** Replicated into every step that uses them: imports, and definitions (functions, classes) in notebook order. */
  prelude: z.array(
    z.object({
      cell: z.number().int(),
      kind: z.enum(['imports', 'definitions']),
      source: z.string(),
      names: z.array(z.string())
    })
  ),
  parameters: z.array(Parameter),
  edges: z.array(Edge.extend({ from: z.string(), to: z.string() })),
  findings: z.array(Finding)
});
export type Pipeline = z.infer<typeof Pipeline>;

export const VersionSummary = z.object({
  /** `v1`, `v2`, …: counted per pipeline. */
  version: z.string(),
  /** Of the content: the same content has the same id on every machine. */
  contentId: z.string(),
  commit: z.string(),
  message: z.string(),
  time: z.number(),
  steps: z.number().int()
});
export type VersionSummary = z.infer<typeof VersionSummary>;

export const VersionDetail = VersionSummary.extend({
  pipeline: Pipeline,
  notebook: Notebook,
  /** `name==version` lines of the kernel's environment. */
  environment: z.array(z.string())
});
export type VersionDetail = z.infer<typeof VersionDetail>;

export const StepChange = z.object({
  step: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'same']),
  /** Unified-diff lines of its source, with their sign; empty when the source is the same. */
  lines: z.array(z.string()),
  inputs: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  outputs: z.object({ added: z.array(z.string()), removed: z.array(z.string()) })
});
export const VersionDiff = z.object({
  from: z.string(),
  to: z.string(),
  steps: z.array(StepChange),
  parameters: z.array(
    z.object({ name: z.string(), from: z.string().optional(), to: z.string().optional() })
  ),
  environment: z.array(
    z.object({ name: z.string(), from: z.string().optional(), to: z.string().optional() })
  )
});
export type VersionDiff = z.infer<typeof VersionDiff>;

/** What the sidebar shows of an open notebook: its steps now, and how they stand to the last version. */
export const NotebookSteps = z.object({
  pipeline: Pipeline,
  latest: VersionSummary.optional(),
  /** Whether a capture now would make a new version: of steps, params, text or what steps there are. */
  edited: z.boolean(),
  /** Per step: captured as it is, edited since, or never captured. */
  states: z.record(z.string(), z.enum(['captured', 'edited', 'new'])),
  /** A suggested name for each code cell that has none: cell index -> name. */
  suggestions: z.record(z.string(), z.string())
});
export type NotebookSteps = z.infer<typeof NotebookSteps>;

const Which = z.object({ path: z.string().min(1), pipeline: z.string().optional() });

export const readSteps = operation({
  name: 'steps',
  method: 'POST',
  path: `${API}/pipelines/steps`,
  request: NotebookRef,
  response: NotebookSteps
});
export const capture = operation({
  name: 'capture',
  method: 'POST',
  path: `${API}/pipelines/capture`,
  request: NotebookRef.extend({ message: z.string().max(2000).optional() }),
  /** `created` is false when nothing changed since the last version, which is then given back. */
  response: z.object({ created: z.boolean(), pipelineId: z.string(), version: VersionSummary })
});
export const listVersions = operation({
  name: 'versions',
  method: 'POST',
  path: `${API}/pipelines/versions`,
  request: Which,
  response: z.object({ pipelineId: z.string(), items: z.array(VersionSummary) })
});
export const getVersion = operation({
  name: 'version',
  method: 'POST',
  path: `${API}/pipelines/version`,
  request: Which.extend({ version: z.string() }),
  response: VersionDetail
});
export const diffVersions = operation({
  name: 'diff',
  method: 'POST',
  path: `${API}/pipelines/diff`,
  request: Which.extend({ from: z.string(), to: z.string() }),
  response: VersionDiff
});
/** The notebook as it was; the caller writes it where it belongs. */
export const restore = operation({
  name: 'restore',
  method: 'POST',
  path: `${API}/pipelines/restore`,
  request: Which.extend({ version: z.string() }),
  response: z.object({ version: VersionSummary, notebook: Notebook })
});
