import type { Command } from 'commander';
import { problem } from '../../contract/problem.ts';
import { print, printJson } from '../output.ts';
import { configOf } from '../session.ts';
import { startOrFind } from '../start-server.ts';

interface ServeOptions {
  host?: string;
  port?: string;
  workspace?: string;
  auth?: string;
  database?: string;
  defaultArtifactRoot?: string;
  artifactsDestination?: string;
  json?: boolean;
  parentStdin?: boolean;
  join?: boolean;
}

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the metadata server')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on (default: any free one)')
    .option('--workspace <dir>', 'folder that relative notebook paths start from')
    .option('--auth <kind>', 'token, or none (on this machine only)')
    .option(
      '--database <url>',
      'postgres://user:password@host/database for runs and models that several servers share (default: in the data folder)'
    )
    .option(
      '--default-artifact-root <uri>',
      'where new experiments keep their artifacts (default: mlflow-artifacts:/, through this server)'
    )
    .option(
      '--artifacts-destination <uri>',
      'where the artifacts that come through this server are kept (default: <data>/artifacts)'
    )
    .option('--json', 'print one line of JSON when ready: url, token, data, started')
    .option('--parent-stdin', 'end when standard input closes')
    .option('--join', 'where a server runs on the data folder already, name it and end well')
    .action(async (options: ServeOptions, command: Command) => {
      const { json, parentStdin, join, ...flags } = options;
      const config = configOf(command, flags);
      const { own, server } = await startOrFind(config);
      if (!own && !join)
        throw problem(
          'already_running',
          `A server is already running on the data folder "${config.data}": ${server.url} (process ${server.pid})`,
          { remedy: 'Use that one or end it; or choose another --data folder for a second server' }
        );
      if (json)
        printJson({
          url: server.url,
          token: server.token,
          data: config.data,
          started: own !== undefined
        });
      else {
        if (!own) print(`A server is already running on ${config.data}`);
        print(`Stepladder: ${server.url}`);
      }
      if (!own) return;
      await untilToldToStop(parentStdin ?? false);
      await own.close();
    });
}

/** Ctrl-C, a polite kill, or the end of the parent that holds our standard input. */
function untilToldToStop(withStdin: boolean): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
    if (withStdin)
      process.stdin
        .on('end', () => resolve())
        .on('close', () => resolve())
        .resume();
  });
}
