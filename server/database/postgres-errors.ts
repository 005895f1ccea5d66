// What went wrong between us and PostgreSQL, in words that say what to do, and never with a password.
import { problem, ProblemError } from '../contract/problem.ts';

/** The address as it may be shown. */
export function showAddress(url: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(url);
    return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
  } catch {
    return 'postgres://…';
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');

/** The transaction was taken back as a whole, and may run again. */
export const wasTakenBack = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

export function wasDisconnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(57P0[1-5]|08\w{3}|ECONN\w+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|25P03)$/.test(
      codeOf(error)
    ) || /connection (terminated|ended)|timeout exceeded|not queryable/i.test(error.message)
  );
}

/** Why it could not be opened: all of it is for whoever wrote the URL. */
export function asOpeningProblem(error: unknown, url: string): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  const place = showAddress(url);
  const refuse = (detail: string, remedy: string) =>
    problem('storage_unavailable', detail, { remedy });
  const code = codeOf(error);
  if (code === '28P01' || code === '28000' || /password/i.test(error.message)) {
    return refuse(
      `PostgreSQL at ${place} refuses the user or the password`,
      'Give both in the URL: postgres://user:password@host:5432/database (special characters as %40)'
    );
  }
  if (code === '3D000') {
    return refuse(
      `PostgreSQL at ${place} has no such database`,
      'Make it first, e.g. with createdb, or name another one at the end of the URL'
    );
  }
  if (code === '42501') {
    return refuse(
      `The user of ${place} may not create tables there: ${error.message}`,
      'Let the user own the database, or grant it CREATE on the schema'
    );
  }
  if (wasDisconnected(error)) {
    return refuse(
      `PostgreSQL does not answer at ${place}: ${error.message || code}`,
      'Check host and port, that it runs, and that it accepts connections from here'
    );
  }
  return refuse(
    `PostgreSQL at ${place} cannot be used: ${error.message}`,
    'Check the URL and the server'
  );
}

const OUT_OF_RESOURCES = /^(53\w{3}|25006|55P03|58030)$/;
/** Values that its types cannot hold: a NUL character, a number out of range. */
const UNFIT_VALUE = /^(22021|22P05|22003|22P02)$/;

export function asProblem(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (wasDisconnected(error) || wasTakenBack(error) || OUT_OF_RESOURCES.test(codeOf(error))) {
    return problem('storage_unavailable', `The database cannot be used now: ${error.message}`, {
      remedy: 'Wait until PostgreSQL is back; what was not saved is sent again'
    });
  }
  if (UNFIT_VALUE.test(codeOf(error)))
    return problem('invalid_request', `A value cannot be stored: ${error.message}`);
  return error;
}
