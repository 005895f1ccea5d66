// Plugin: a notebook or a folder that is renamed here keeps its runs and versions: the server is told where it is now.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { CallError } from '../client/call-error.ts';
import { moveNotebook } from '../client/routes.ts';
import { IClient } from '../client/tokens.ts';

export const renamesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:renames',
  description: 'Tells the server when notebooks are renamed.',
  autoStart: true,
  requires: [IClient],
  activate: (app: JupyterFrontEnd, client: IClient) => {
    const { contents } = app.serviceManager;
    // In the order in which they happened: one name may have led to the next.
    let waiting: { from: string; to: string }[] = [];
    let telling = false;

    const tell = async () => {
      if (telling || client.status.now.state !== 'ready') return;
      telling = true;
      try {
        for (let move = waiting[0]; move; move = waiting[0]) {
          await client.call(moveNotebook, move);
          waiting = waiting.slice(1);
        }
      } catch (error) {
        // What the server refuses it will refuse again; an absent one is told when it is back.
        if (error instanceof CallError && !error.unreachable) waiting = waiting.slice(1);
      } finally {
        telling = false;
      }
    };
    contents.fileChanged.connect((_, { type, oldValue, newValue }) => {
      if (type !== 'rename' || !oldValue?.path || !newValue?.path) return;
      if (newValue.type === 'file') return;
      waiting.push({
        from: client.absolute(contents.localPath(oldValue.path)),
        to: client.absolute(contents.localPath(newValue.path))
      });
      void tell();
    });
    client.status.changed.connect(() => void tell());
  }
};
