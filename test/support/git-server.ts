// A real git server: `git http-backend` behind a small HTTP server that asks for a token, as hosts of repositories do.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface GitServer {
  url(repository: string): string;
  /** Real git in one of its repositories. */
  git(repository: string, ...argv: string[]): string;
  close(): Promise<void>;
}

export async function startGitServer(
  folder: string,
  token: string,
  repositories: string[]
): Promise<GitServer> {
  const git = (repository: string, ...argv: string[]) =>
    execFileSync('git', ['-C', join(folder, `${repository}.git`), ...argv], { encoding: 'utf8' });
  for (const repository of repositories) {
    mkdirSync(join(folder, `${repository}.git`), { recursive: true });
    git(repository, 'init', '-q', '--bare');
    git(repository, 'config', 'http.receivepack', 'true');
  }
  const expected = `:${token}`;
  const server = createServer((request, response) => {
    const given = Buffer.from(
      (request.headers.authorization ?? '').replace('Basic ', ''),
      'base64'
    );
    if (!given.toString().endsWith(expected)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serve(folder, request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: repository => `http://127.0.0.1:${port}/${repository}.git`,
    git,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      })
  };
}

function serve(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url!, 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_USER: 'someone',
      REMOTE_ADDR: '127.0.0.1'
    }
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.on('close', () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, end).toString().split('\r\n');
    for (const header of headers) {
      const [name = '', value = ''] = header.split(/: (.*)/s);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
