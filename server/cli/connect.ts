// Every command talks to a server: the one on its data folder, or one of its own for as long as the command takes.
import type { Config } from '../config.ts';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../contract/operation.ts';
import { Problem, problem, ProblemError } from '../contract/problem.ts';
import type { RunningServer } from './data-folder.ts';
import { startOrFind } from './start-server.ts';

export interface Connection {
  readonly server: RunningServer;
  /** This process is the server, and it ends with `close`. */
  readonly own: boolean;
  call<O extends Operation>(operation: O, input: RequestOf<O>): Promise<ResponseOf<O>>;
  close(): Promise<void>;
}

export async function connect(config: Config): Promise<Connection> {
  const { own, server } = await startOrFind(config);
  return {
    server,
    own: own !== undefined,
    call: (operation, input) => call(server, operation, input),
    close: async () => own?.close()
  };
}

async function call<O extends Operation>(
  server: RunningServer,
  operation: O,
  input: RequestOf<O>
): Promise<ResponseOf<O>> {
  const { method, path, body } = toRequest(operation, input);
  const headers: Record<string, string> = server.token
    ? { authorization: `Bearer ${server.token}` }
    : {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(server.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body })
    });
  } catch (error) {
    throw problem(
      'internal',
      `The server at ${server.url} did not answer: ${String((error as Error).cause ?? error)}`
    );
  }
  const answer: unknown = await response.json();
  if (!response.ok) throw new ProblemError(Problem.parse(answer));
  return answer as ResponseOf<O>;
}
