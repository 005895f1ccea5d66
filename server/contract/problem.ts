// Every way an operation can refuse, as a closed catalogue: code -> status and title. RFC 9457 on the wire.
import { z } from 'zod';

export const problems = {
  invalid_request: { status: 400, title: 'The request is not of the form this operation takes' },
  invalid_notebook: { status: 400, title: 'The file is not a notebook that can be read' },
  invalid_code: { status: 400, title: 'A cell cannot be turned into a step' },
  value_not_storable: { status: 400, title: 'A value cannot be handed from one step to another' },
  unknown_target: { status: 400, title: 'There is no exporter of that name' },
  unauthenticated: { status: 401, title: 'The request carries no valid token' },
  forbidden_origin: { status: 403, title: 'Requests from that origin are not accepted' },
  not_found: { status: 404, title: 'There is nothing at that address' },
  notebook_not_found: { status: 404, title: 'There is no notebook at that path' },
  endpoint_missing: { status: 404, title: 'This server does not speak that call' },
  experiment_not_found: { status: 404, title: 'There is no experiment of that id' },
  logged_model_not_found: { status: 404, title: 'There is no logged model of that id' },
  run_not_found: { status: 404, title: 'There is no run of that id' },
  pipeline_not_found: { status: 404, title: 'That notebook has no captured pipeline yet' },
  secret_found: { status: 409, title: 'The notebook holds what looks like a secret' },
  versions_diverged: { status: 409, title: 'Both sides have versions that the other lacks' },
  remote_refused: { status: 409, title: 'The remote repository did not accept that' },
  version_not_found: { status: 404, title: 'There is no version of that number' },
  model_not_found: { status: 404, title: 'There is no registered model of that name' },
  endpoint_not_found: { status: 404, title: 'There is no endpoint of that name' },
  pipeline_run_not_found: { status: 404, title: 'There is no pipeline run of that id' },
  environment_not_found: { status: 409, title: "The notebook's environment was not found" },
  nothing_to_undo: { status: 409, title: 'There is nothing to undo' },
  already_running: { status: 409, title: 'It is already running' },
  no_model_in_run: { status: 409, title: 'The run has logged no model' },
  model_not_servable: { status: 409, title: 'The model cannot be loaded for serving' },
  already_exists: { status: 409, title: 'There is already one of that name' },
  too_large: { status: 413, title: 'The request is larger than this server accepts' },
  storage_unavailable: { status: 429, title: 'The data folder cannot be written to right now' },
  not_implemented: { status: 501, title: 'This server does not offer that' },
  internal: { status: 500, title: 'Something went wrong on our side' }
} as const;

export type ProblemCode = keyof typeof problems;

/** `application/problem+json`. `detail` names the action, quotes the value and says what would be right. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  /** Where in a notebook the fault is: 0-based cell, 1-based line of that cell. */
  cell: z.number().int().optional(),
  line: z.number().int().optional(),
  /** What the reader can do about it, one sentence. */
  remedy: z.string().optional()
});
export type Problem = z.infer<typeof Problem>;

export interface ProblemPlace {
  cell?: number;
  line?: number;
  remedy?: string;
}

/** Thrown by services; `http/problems.ts` and the CLI are the only ones that turn it into words. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export function problem(code: ProblemCode, detail: string, place: ProblemPlace = {}): ProblemError {
  const { status, title } = problems[code];
  return new ProblemError({
    type: `urn:stepladder:${code}`,
    title,
    status,
    code,
    detail,
    ...place
  });
}
