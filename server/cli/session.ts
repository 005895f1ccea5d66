// What every command needs: the settings from flags and environment, and a connection that is always closed again.
import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config.ts';
import { type Connection, connect } from './connect.ts';

export function configOf(command: Command, flags: Flags = {}): Config {
  const { data } = command.optsWithGlobals<{ data?: string }>();
  return readConfig(
    { ...(data === undefined ? {} : { data }), ...flags },
    process.env,
    process.cwd()
  );
}

export async function withConnection<T>(
  command: Command,
  work: (connection: Connection) => Promise<T>
): Promise<T> {
  const connection = await connect(configOf(command));
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
