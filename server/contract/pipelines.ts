// Steps, pipelines and their versions.
import { z } from 'zod';
import { Edge, Finding, Parameter } from './analysis.ts';
import { Notebook, NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';
import { OverrideBump, SemanticVersion } from './semantic-version.ts';
import { ValueSchema } from './value-schema.ts';

export type { ValueSchema } from './value-schema.ts';

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
  needs: z.array(z.string()),
  /** Steps that the author wants to end before it, whatever the code says. */
  after: z.array(z.string()).optional()
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

/** Of one thing in a version (a step, an output, a dataset): what it is and how it stands to the same thing before. */
export const PartVersion = z.object({
  contentId: z.string(),
  semantic: SemanticVersion,
  schema: ValueSchema.optional()
});
export type PartVersion = z.infer<typeof PartVersion>;

export const DatasetVersion = PartVersion.extend({
  /** Read from outside, or written by a step. */
  kind: z.enum(['raw', 'processed']),
  rows: z.number().int().optional(),
  bytes: z.number().int(),
  /** Steps that read or write it. */
  steps: z.array(z.string()),
  /** Another path where the same content was seen. */
  sameAs: z.string().optional()
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

export const VersionSummary = z.object({
  /** `v1`, `v2`, …: counted per pipeline. */
  version: z.string(),
  /** Of the content: the same content has the same id on every machine. */
  contentId: z.string(),
  commit: z.string(),
  message: z.string(),
  time: z.number(),
  steps: z.number().int(),
  author: z.string(),
  semantic: SemanticVersion,
  /** Names given to it. */
  tags: z.array(z.string())
});
export type VersionSummary = z.infer<typeof VersionSummary>;

export const VersionDetail = VersionSummary.extend({
  pipeline: Pipeline,
  notebook: Notebook,
  /** The language's version, such as `Python 3.11.7`. */
  language: z.string(),
  /** `name==version` lines: what the steps import, and what that needs. */
  environment: z.array(z.string()),
  stepVersions: z.record(z.string(), PartVersion),
  outputVersions: z.record(z.string(), PartVersion),
  datasets: z.record(z.string(), DatasetVersion)
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
  semantic: z.object({ from: SemanticVersion, to: SemanticVersion }).optional(),
  steps: z.array(StepChange),
  parameters: z.array(
    z.object({ name: z.string(), from: z.string().optional(), to: z.string().optional() })
  ),
  /** Files read or written whose content differs. */
  data: z.array(
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
  suggestions: z.record(z.string(), z.string()),
  /** The suggested steps of the whole notebook: cells that belong together share a name. Cell index -> name. */
  suggestedSteps: z.record(z.string(), z.string()).default({}),
  /** Per step with a version: its own semantic version. */
  stepVersions: z.record(z.string(), PartVersion).default({})
});
export type NotebookSteps = z.infer<typeof NotebookSteps>;

/** A line of versions beside the main one, to try something out on. */
export const BranchName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/i, 'takes letters, digits, ".", "_" and "-"')
  .refine(name => !name.endsWith('.lock') && !name.includes('..'), 'is not a name that git takes');

/** A notebook's line of versions. */
export const Which = z.object({
  path: z.string().min(1),
  pipeline: z.string().optional(),
  branch: BranchName.optional()
});

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
  request: NotebookRef.extend({
    message: z.string().max(2000).optional(),
    /** Only what changed in this step; the rest stays as the last version has it. */
    step: z.string().optional(),
    /** Instead of what the rule says. */
    bump: OverrideBump.optional(),
    /** The same of parts: steps by name, outputs as `step.output`, datasets by path. */
    bumps: z.record(z.string(), OverrideBump).optional(),
    /** Capture although something in the source looks like a secret. */
    allowSecrets: z.boolean().optional()
  }),
  /**
   * `created` is false when nothing changed since the last version, which is then given back. Comments, formatting and text make no
   * new version; `kept` is then the semantic version under which the notebook with them can be brought back.
   */
  response: z.object({
    created: z.boolean(),
    kept: z.string().optional(),
    /** Where the notebook was, when it was renamed without anybody saying so: it goes on with the versions from there. */
    renamedFrom: z.string().optional(),
    pipelineId: z.string(),
    version: VersionSummary,
    findings: z.array(Finding)
  })
});
export const listVersions = operation({
  name: 'versions',
  method: 'POST',
  path: `${API}/pipelines/versions`,
  request: Which.extend({
    limit: z.number().int().min(1).max(100_000).optional(),
    /** Only versions older than this one. */
    before: z.string().optional()
  }),
  response: z.object({
    pipelineId: z.string(),
    items: z.array(VersionSummary),
    total: z.number().int(),
    /** Where older ones follow: what `before` takes for the next page. */
    next: z.string().optional()
  })
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

/** A name for a version, such as "submitted"; `remove` takes it away again. */
export const tagVersion = operation({
  name: 'tag',
  method: 'POST',
  path: `${API}/pipelines/tag`,
  request: Which.extend({ version: z.string(), name: BranchName }),
  response: VersionSummary
});

export const BranchSummary = z.object({
  branch: z.string(),
  versions: z.number().int(),
  newest: VersionSummary
});
export const listBranches = operation({
  name: 'branches',
  method: 'POST',
  path: `${API}/pipelines/branches`,
  request: Which.omit({ branch: true }),
  response: z.object({ items: z.array(BranchSummary) })
});
/** A new line of versions that begins at a version; the caller notes its name in the notebook. */
export const createBranch = operation({
  name: 'branch',
  method: 'POST',
  path: `${API}/pipelines/branch`,
  request: Which.extend({ name: BranchName, version: z.string().default('latest') }),
  response: z.object({ branch: z.string(), from: VersionSummary, notebook: Notebook })
});

export const BlameLine = z.object({
  line: z.number().int(),
  text: z.string(),
  /** The version that the line is from. */
  version: z.string(),
  author: z.string(),
  time: z.number()
});
export const blame = operation({
  name: 'blame',
  method: 'POST',
  path: `${API}/pipelines/blame`,
  request: Which.extend({ version: z.string().default('latest'), step: z.string().optional() }),
  response: z.object({
    steps: z.array(z.object({ step: z.string(), lines: z.array(BlameLine) }))
  })
});

/** Where versions are sent to and fetched from. The token is used for this one call and kept nowhere. */
const Remote = {
  /** `http://` or `https://`; the one used last where it is not given. */
  url: z.string().optional(),
  token: z.string().optional(),
  username: z.string().optional(),
  /** Of the remote repository; made from the notebook's name where it is not given. */
  remoteBranch: z.string().optional()
};
export const push = operation({
  name: 'push',
  method: 'POST',
  path: `${API}/pipelines/push`,
  request: Which.extend(Remote),
  response: z.object({
    url: z.string(),
    remoteBranch: z.string(),
    /** Versions that the remote did not have. */
    sent: z.number().int(),
    newest: VersionSummary
  })
});
export const pull = operation({
  name: 'pull',
  method: 'POST',
  path: `${API}/pipelines/pull`,
  request: Which.extend({
    ...Remote,
    /** Where both sides have versions of their own: `both` puts ours on top of theirs, `theirs` moves ours to a branch. */
    keep: z.enum(['both', 'theirs']).optional()
  }),
  response: z.object({
    url: z.string(),
    remoteBranch: z.string(),
    pipelineId: z.string(),
    received: z.number().int(),
    /** Where our own versions went with `theirs`. */
    kept: z.string().optional(),
    newest: VersionSummary
  })
});

/** One difference between two versions or runs that may explain why they ended differently. */
export const Cause = z.object({
  kind: z.enum(['cell', 'param', 'data', 'package']),
  what: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** Of a cell: the lines that differ, with their sign. */
  lines: z.array(z.string()).optional()
});
export type Cause = z.infer<typeof Cause>;

/** What changed between the run that was good and this one, likeliest first: cells, params, data, packages. */
export const explainChange = operation({
  name: 'why',
  method: 'POST',
  path: `${API}/pipelines/why`,
  request: Which.extend({
    /** A version, or a run. */
    from: z.string(),
    to: z.string()
  }),
  response: z.object({
    from: z.string(),
    to: z.string(),
    causes: z.array(Cause),
    /** What could not be compared, in words. */
    unknown: z.array(z.string())
  })
});

/** What became of one mark of another tool. */
export const ImportNote = z.object({
  cell: z.number().int().optional(),
  step: z.string().optional(),
  /** The tag, heading, field or node. */
  subject: z.string(),
  outcome: z.enum(['kept', 'changed', 'dropped']),
  text: z.string()
});
export type ImportNote = z.infer<typeof ImportNote>;

export const importFile = operation({
  name: 'import',
  method: 'POST',
  path: `${API}/pipelines/import`,
  request: z.object({
    path: z.string().min(1),
    text: z.string(),
    /** Files that it names, by that name. */
    files: z.record(z.string(), z.string()).default({})
  }),
  /** The notebook for the caller to write, and what became of everything. */
  response: z.object({
    from: z.enum(['kale', 'headings', 'papermill', 'elyra']),
    name: z.string(),
    notebook: Notebook,
    notes: z.array(ImportNote),
    steps: z.array(
      z.object({ name: z.string(), cells: z.number().int(), needs: z.array(z.string()) })
    ),
    findings: z.array(Finding)
  })
});
