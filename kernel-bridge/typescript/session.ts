/// <reference types="node" />
// Whose events these are, and where the server is: said by the kernel's environment and its command line.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

export interface Session {
  readonly id: string;
  readonly url: string | undefined;
  readonly notebook: string | undefined;
  /** A script begins and ends its session itself; a kernel's is begun and ended by its kernel. */
  readonly isScript: boolean;
  readonly headers: Record<string, string>;
}

export function findSession(
  environment: NodeJS.ProcessEnv = process.env,
  commandLine: readonly string[] = process.argv
): Session {
  const [token, inherited] = (environment['STEPLADDER_TOKEN'] ?? '').split('.');
  const kernel = kernelId(commandLine);
  const id = kernel ?? inherited ?? `script-${randomUUID()}`;
  const name = environment['STEPLADDER_NOTEBOOK'] ?? environment['JPY_SESSION_NAME'];
  return {
    id,
    url: environment['STEPLADDER_URL']?.replace(/\/+$/, ''),
    notebook: name?.endsWith('.ipynb') ? name : undefined,
    isScript: kernel === undefined && inherited === undefined,
    headers: token ? { authorization: `Bearer ${token}.${id}` } : {}
  };
}

/** A kernel is started with the path of its connection file, which Jupyter's server names by the kernel's id. */
function kernelId(commandLine: readonly string[]): string | undefined {
  for (const argument of commandLine) {
    const found = /^kernel-([0-9a-f-]{36})\.json$/.exec(basename(argument));
    if (found) return found[1];
  }
  return undefined;
}
