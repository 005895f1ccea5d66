import type { Command } from 'commander';
import {
  deploy,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  stopEndpoint
} from '../../contract/deployments.ts';
import { problem } from '../../contract/problem.ts';
import type { Connection } from '../connect.ts';
import { formatValue, print, printJson, printTable } from '../output.ts';
import { withConnection } from '../session.ts';

interface DeployOptions {
  name?: string;
  port?: string;
  auth?: 'token' | 'none';
  json?: boolean;
}

export function deploymentCommands(program: Command): void {
  program
    .command('deploy')
    .description('serve a model on this machine; without a running server it serves until Ctrl-C')
    .argument('<model>', 'MODEL (its champion), MODEL@alias, or MODEL/version')
    .option('--name <name>', 'of the endpoint')
    .option('--port <port>', 'port to listen on (default: any free one)')
    .option('--auth <kind>', 'token, or none (on this machine only)')
    .option('--json')
    .action(async (target: string, { port, json, ...options }: DeployOptions, command: Command) => {
      await withConnection(command, async connection => {
        const begun = await connection.call(deploy, {
          ...parseTarget(target),
          ...options,
          ...(port === undefined ? {} : { port: Number(port) })
        });
        const endpoint = await untilReady(connection, begun);
        if (json) printJson(endpoint);
        else printEndpoint(endpoint);
        if (endpoint.state === 'failed') process.exitCode = 1;
        else if (connection.own) {
          if (!json) print('Serving until Ctrl-C');
          await new Promise<void>(resolve =>
            process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve())
          );
          await connection.call(stopEndpoint, { name: endpoint.name });
        }
      });
    });

  program
    .command('endpoints')
    .description('list the endpoints')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      await withConnection(command, async ({ call }) => {
        const { items } = await call(listEndpoints, {});
        if (json) return items.forEach(printJson);
        if (items.length === 0)
          return print('No endpoints yet: serve a model with "stepladder deploy MODEL@champion"');
        printTable(
          ['endpoint', 'model', 'version', 'state', 'address', 'requests', 'p95 ms'],
          items.map(row)
        );
      });
    });

  program
    .command('stop')
    .description('stop an endpoint')
    .argument('<endpoint>')
    .action(async (name: string, _: object, command: Command) => {
      await withConnection(command, async ({ call }) => {
        await call(stopEndpoint, { name });
        print(`Stopped ${name}`);
      });
    });
}

function parseTarget(target: string): { model: string; alias?: string; version?: string } {
  const match = /^([^@/]+)(?:@([\w-]+)|\/v?(\d+))?$/.exec(target);
  if (!match) {
    throw problem('invalid_request', `"${target}" does not name a model`, {
      remedy: 'Give MODEL, MODEL@alias or MODEL/version, e.g. flight-delay@champion'
    });
  }
  const [, model, alias, version] = match;
  return version === undefined
    ? { model: model!, alias: alias ?? 'champion' }
    : { model: model!, version };
}

async function untilReady({ call }: Connection, begun: Endpoint): Promise<Endpoint> {
  let endpoint = begun;
  while (endpoint.state === 'starting') {
    await new Promise(resolve => setTimeout(resolve, 100));
    endpoint = await call(getEndpoint, { name: endpoint.name });
  }
  return endpoint;
}

function printEndpoint({
  name,
  model,
  version,
  state,
  detail,
  url,
  token,
  snippets
}: Endpoint): void {
  print(`Endpoint: ${url}`);
  print(`${name}: ${model} version ${version ?? '–'}, ${state}${detail ? ` – ${detail}` : ''}`);
  if (token) print(`Token: ${token}`);
  print(`\n${snippets.curl}`);
}

function row({ name, model, alias, version, state, url, requests, p95 }: Endpoint): string[] {
  return [
    name,
    alias ? `${model}@${alias}` : model,
    version ?? '–',
    state,
    url,
    String(requests),
    formatValue(p95)
  ];
}
