// Plugin: every open notebook, followed once, for the sidebar and for the cells.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { IClient } from '../client/tokens.ts';
import { INotebooks, type NotebookState } from '../tokens.ts';
import { followNotebook } from './notebook-state.ts';

export const notebooksPlugin: JupyterFrontEndPlugin<INotebooks> = {
  id: 'stepladder:notebooks',
  description: 'Follows the steps and runs of open notebooks.',
  autoStart: true,
  requires: [IClient, INotebookTracker],
  provides: INotebooks,
  activate: (app: JupyterFrontEnd, client: IClient, tracker: INotebookTracker): INotebooks => {
    const states = new WeakMap<NotebookPanel, NotebookState>();
    const notebooks: INotebooks = {
      get current() {
        const panel = tracker.currentWidget;
        return panel && !panel.isDisposed ? notebooks.of(panel) : undefined;
      },
      get currentChanged() {
        return currentChanged;
      },
      of(panel) {
        let state = states.get(panel);
        if (!state) states.set(panel, (state = followNotebook(panel, client)));
        return state;
      },
      at(path) {
        const panel = tracker.find(panel => notebooks.of(panel).path === path);
        return panel && notebooks.of(panel);
      },
      async open(path) {
        const panel: NotebookPanel | undefined =
          notebooks.at(path)?.panel ??
          (await app.commands.execute('docmanager:open', { path: client.local(path) ?? path }));
        await panel?.context.ready;
        return panel && notebooks.of(panel);
      }
    };
    const currentChanged = new Signal<INotebooks, NotebookState | undefined>(notebooks);
    tracker.currentChanged.connect(() => currentChanged.emit(notebooks.current));
    return notebooks;
  }
};
