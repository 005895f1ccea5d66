/// <reference types="node" />
// Whose events these are, and where the server is: said by the kernel's environment and its command line.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export interface Session {
  readonly id: string;
  readonly url: string | undefined;
  readonly notebook: string | undefined;
  /** The program, when it is no kernel's. */
  readonly script?: string | undefined;
  /** A script begins and ends its session itself; a kernel's is begun and ended by its kernel. */
  readonly isScript: boolean;
  readonly headers: Record<string, string>;
  /** The server did not answer: it may have come back elsewhere. */
  lookAgain?(): void;
}

export function findSession(
  environment: NodeJS.ProcessEnv = process.env,
  commandLine: readonly string[] = process.argv
): Session {
  const [token, inherited] = (environment['STEPLADDER_TOKEN'] ?? '').split('.');
  const kernel = kernelId(commandLine);
  const id = kernel ?? inherited ?? `script-${randomUUID()}`;
  const name = environment['STEPLADDER_NOTEBOOK'] ?? environment['JPY_SESSION_NAME'];
  const isScript = kernel === undefined && inherited === undefined;
  const url = environment['STEPLADDER_URL']?.replace(/\/+$/, '');
  const data = environment['STEPLADDER_DATA'] ?? (url ? undefined : nearestDataFolder());
  const found: Session = {
    id,
    url,
    notebook: name?.endsWith('.ipynb') ? name : undefined,
    isScript,
    headers: token ? { authorization: `Bearer ${token}.${id}` } : {}
  };
  if (isScript && commandLine[1]) Object.assign(found, { script: resolve(commandLine[1]) });
  const session: Session = data === undefined ? found : atDataFolder(found, data);
  if (!url) session.lookAgain?.();
  return session;
}

/** The server of a data folder writes down there where it is. */
function atDataFolder(session: Session, data: string): Session {
  const moving = { ...session };
  return Object.defineProperty(moving, 'lookAgain', {
    enumerable: false,
    value() {
      try {
        const server = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as {
          url: string;
          token?: string;
        };
        moving.url = server.url.replace(/\/+$/, '');
        if (server.token)
          moving.headers = { authorization: `Bearer ${server.token}.${session.id}` };
      } catch {
        // It has not come back yet.
      }
    }
  });
}

/** The project's own, as every command of ours finds it: `.stepladder` here or in a folder above. */
function nearestDataFolder(): string | undefined {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const data = join(folder, '.stepladder');
    if (existsSync(data)) return data;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A kernel is started with the path of its connection file, which Jupyter's server names by the kernel's id. */
function kernelId(commandLine: readonly string[]): string | undefined {
  for (const argument of commandLine) {
    const found = /^kernel-([0-9a-f-]{36})\.json$/.exec(basename(argument));
    if (found) return found[1];
  }
  return undefined;
}
