// What a call can fail with: a problem that the server states, or no answer from it at all.
import type { Problem } from '../../server/contract/problem.ts';

export class CallError extends Error {
  readonly problem: Pick<Problem, 'title' | 'detail' | 'code' | 'remedy' | 'cell' | 'line'>;
  /** The server did not say it: it was not reached, or something before it answered. */
  readonly unreachable: boolean;
  constructor(problem: CallError['problem'], unreachable = false) {
    super(problem.detail);
    this.name = 'CallError';
    this.problem = problem;
    this.unreachable = unreachable;
  }
}

export function unreachable(detail: string, remedy?: string): CallError {
  return new CallError(
    {
      code: 'unreachable',
      title: 'The Stepladder server does not answer',
      detail,
      ...(remedy ? { remedy } : {})
    },
    true
  );
}

/** What an answer that is not a success says; a body that is not a problem comes from before our server. */
export function errorOfAnswer(status: number, body: string): CallError {
  let said: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) said = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: an HTML page of a proxy says nothing to the reader.
  }
  const text = (key: string) =>
    typeof said[key] === 'string' && said[key] !== '' ? said[key] : undefined;
  if (text('code') && text('detail')) {
    return new CallError(said as unknown as Problem, said['code'] === 'server_down');
  }
  if (status === 403 || status === 401) {
    return unreachable(
      'JupyterLab refused the call: you are not logged in any more',
      'Reload the page and log in'
    );
  }
  const detail = text('detail') ?? text('message') ?? `Its address answered with status ${status}`;
  return unreachable(detail, text('remedy'));
}

export function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  return new CallError({
    code: 'internal',
    title: 'Something went wrong in the Stepladder extension',
    detail: error instanceof Error ? error.message : String(error)
  });
}
