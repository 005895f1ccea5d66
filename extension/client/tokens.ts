import { Token } from '@lumino/coreutils';
import type { KernelStartup } from '../../kernel-bridge/capture/hook-request.ts';
import type { Call } from './client.ts';
import type { ServerEvents } from './events.ts';
import type { ServerStatus } from './status.ts';

/** The companion server as the browser sees it. */
export interface IClient {
  readonly call: Call;
  readonly status: ServerStatus;
  readonly events: ServerEvents;
  /** A notebook's path as the server says it: absolute, below its workspace. */
  absolute(localPath: string): string;
  /** The way back: as Jupyter names it; undefined outside of its workspace. */
  local(path: string): string | undefined;
  /** What a Python kernel without our hook is asked to run; nothing when there is no server to tell it of. */
  kernelStartup(): Promise<KernelStartup | undefined>;
}

export const IClient = new Token<IClient>(
  'stepladder:IClient',
  'Calls, status and events of the Stepladder server.'
);
