// What a Python kernel that did not inherit our environment is asked to run, from Jupyter's server extension.
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { KernelStartup } from '../../kernel-bridge/capture/hook-request.ts';

/** Nothing when there is no server that a kernel could be told of. */
export async function readKernelStartup(
  settings: ServerConnection.ISettings
): Promise<KernelStartup | undefined> {
  const url = URLExt.join(settings.baseUrl, 'stepladder/kernel-startup');
  try {
    const response = await ServerConnection.makeRequest(url, { cache: 'no-store' }, settings);
    if (!response.ok) return undefined;
    const { program, given, remote } = (await response.json()) as Partial<KernelStartup>;
    return program && given ? { program, given, remote: remote === true } : undefined;
  } catch {
    return undefined;
  }
}
