// Plugin: the proof that a notebook's pipeline gives what the notebook gives, as a command and a page.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { cancelProof, prove } from '../client/routes.ts';
import { COMMANDS, INotebooks, IShell, type NotebookState } from '../tokens.ts';
import { proofIcon } from '../ui/icons.ts';
import { showCell } from './show-cell.ts';

export const proofPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:proof',
  description: 'Proves that a pipeline gives what its notebook gives.',
  autoStart: true,
  requires: [IShell, INotebooks, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    shell: IShell,
    notebooks: INotebooks,
    tracker: INotebookTracker
  ) => {
    const { lab } = shell;
    const { client, trans } = lab;
    const stateOf = (path: string): NotebookState | undefined => {
      const panel = tracker.find(each => notebooks.of(each).path === path);
      return panel && notebooks.of(panel);
    };

    async function begin(state: NotebookState): Promise<void> {
      await client.call(prove, state.content());
      lab.openPage('proof', state.path, trans.__('Proof of %1', state.path.split('/').pop()!));
    }

    async function open(path: string): Promise<NotebookState | undefined> {
      const known = stateOf(path);
      if (known) return known;
      const { workspace } = client.status.now;
      const local = path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;
      const panel: NotebookPanel | undefined = await lab.commands.execute('docmanager:open', {
        path: local
      });
      await panel?.context.ready;
      return panel && notebooks.of(panel);
    }

    shell.addPage({
      kind: 'proof',
      icon: proofIcon,
      load: async () =>
        (await import('./proof-page.tsx')).createProofPage({
          async prove(path) {
            const state = await open(path);
            if (state) await begin(state);
          },
          async cancel(proofId) {
            await client.call(cancelProof, { proofId });
          },
          async goTo(path, cell) {
            const state = await open(path);
            if (!state) return;
            app.shell.activateById(state.panel.id);
            showCell(state, cell);
          }
        })
    });
    shell.addCommand(COMMANDS.prove, {
      label: trans.__('Prove the pipeline'),
      caption: trans.__('Run the notebook and its pipeline in a copy and compare all they give'),
      icon: proofIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => {
        const state = notebooks.current;
        return state && lab.act(async () => begin(state));
      }
    });
    tracker.currentChanged.connect(() => app.commands.notifyCommandChanged(COMMANDS.prove));
  }
};
