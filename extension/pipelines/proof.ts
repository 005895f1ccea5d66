// Plugin: the proof that a notebook's pipeline gives what the notebook gives, as a command and a page.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { cancelProof, prove } from '../client/routes.ts';
import { COMMANDS, INotebooks, IShell, type NotebookState } from '../tokens.ts';
import { proofIcon } from '../ui/icons.ts';
import { createNotebookCommands } from './notebook-command.ts';

export const proofPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:proof',
  description: 'Proves that a pipeline gives what its notebook gives.',
  autoStart: true,
  requires: [IShell, INotebooks],
  activate: (app: JupyterFrontEnd, shell: IShell, notebooks: INotebooks) => {
    const { lab } = shell;
    const { client, trans } = lab;
    async function begin(state: NotebookState): Promise<void> {
      await client.call(prove, state.content());
      lab.openPage('proof', state.path, trans.__('Proof of %1', state.path.split('/').pop()!));
    }

    shell.addPage({
      kind: 'proof',
      icon: proofIcon,
      load: async () =>
        (await import('./proof-page.tsx')).createProofPage({
          async prove(path) {
            const state = await notebooks.open(path);
            if (state) await begin(state);
          },
          async cancel(proofId) {
            await client.call(cancelProof, { proofId });
          },
          async goTo(path, cell) {
            const state = await notebooks.open(path);
            if (!state) return;
            app.shell.activateById(state.panel.id);
            state.showCell(cell);
          }
        })
    });
    createNotebookCommands(shell, notebooks)(
      COMMANDS.prove,
      {
        label: trans.__('Prove the pipeline'),
        caption: trans.__('Run the notebook and its pipeline in a copy and compare all they give'),
        icon: proofIcon
      },
      begin
    );
  }
};
