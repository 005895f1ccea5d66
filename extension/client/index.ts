// Plugin: the companion server, for every other plugin.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { createCall } from './client.ts';
import { createEvents } from './events.ts';
import { readKernelStartup } from './kernel-startup.ts';
import { createStatus } from './status.ts';
import { IClient } from './tokens.ts';

export const clientPlugin: JupyterFrontEndPlugin<IClient> = {
  id: 'stepladder:client',
  description: 'Calls, status and events of the Stepladder server.',
  autoStart: true,
  provides: IClient,
  activate: (app: JupyterFrontEnd): IClient => {
    const settings = app.serviceManager.serverSettings;
    const status = createStatus(settings);
    const call = createCall(settings, reached => {
      if (reached !== (status.now.state === 'ready')) void status.check();
    });
    const root = () => `${status.now.workspace.replace(/\/$/, '')}/`;
    const absolute = (path: string) =>
      path.startsWith('/') || status.now.workspace === '' ? path : root() + path;
    const local = (path: string) =>
      status.now.workspace !== '' && path.startsWith(root())
        ? path.slice(root().length)
        : undefined;
    const events = createEvents(settings);
    status.changed.connect((_, { state }) => {
      if (state === 'ready') events.reconnect();
    });
    const kernelStartup = () => readKernelStartup(settings);
    return { call, status, events, absolute, local, kernelStartup };
  }
};
