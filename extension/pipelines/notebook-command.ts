import type { LabIcon } from '@jupyterlab/ui-components';
import type { INotebooks, IShell, NotebookState } from '../tokens.ts';

/** What adds commands on the notebook in front, there only when there is one. */
export function createNotebookCommands({ lab, addCommand }: IShell, notebooks: INotebooks) {
  return (
    id: string,
    options: { label: string; caption: string; icon?: LabIcon },
    work: (state: NotebookState, args: Record<string, unknown>) => unknown
  ): void => {
    addCommand(id, {
      ...options,
      isEnabled: () => notebooks.current !== undefined,
      execute: args => {
        const state = notebooks.current;
        return state && lab.act(async () => work(state, args));
      }
    });
    notebooks.currentChanged.connect(() => lab.commands.notifyCommandChanged(id));
  };
}
