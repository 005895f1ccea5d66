// Opens a notebook at one of its cells.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CallError } from '../client/call-error.ts';
import type { Lab } from '../tokens.ts';
import type { CellOpener } from './cell-of-point.ts';

export const cellOpener: CellOpener = {
  open: (lab, notebook, cellId) => void lab.act(() => openCell(lab, notebook, cellId))
};

async function openCell(lab: Lab, notebook: string | undefined, cellId: string): Promise<void> {
  const { client, commands, trans } = lab;
  const refuse = (detail: string) =>
    new CallError({ code: 'not_found', title: trans.__('The cell cannot be shown'), detail });
  const path = client.local(notebook ?? '');
  if (path === undefined)
    throw refuse(trans.__('Its notebook, %1, is not in this workspace.', notebook ?? ''));
  const panel = (await commands.execute('docmanager:open', { path })) as NotebookPanel | undefined;
  if (!panel?.content) throw refuse(trans.__('There is no notebook %1 any more.', path));
  await panel.context.ready;
  await panel.revealed;
  const index = panel.content.widgets.findIndex(({ model }) => model.id === cellId);
  if (index < 0) throw refuse(trans.__('The notebook %1 no longer has that cell.', path));
  panel.content.activeCellIndex = index;
  await panel.content.scrollToItem(index, 'smart');
}
