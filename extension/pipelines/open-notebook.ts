import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { INotebooks, Lab, NotebookState } from '../tokens.ts';

/** The notebook at an absolute path, opened where it is not open yet. */
export async function openNotebook(
  { client, commands }: Lab,
  tracker: INotebookTracker,
  notebooks: INotebooks,
  path: string
): Promise<NotebookState | undefined> {
  const open = tracker.find(panel => notebooks.of(panel).path === path);
  const local = path.startsWith(`${client.status.now.workspace}/`)
    ? path.slice(client.status.now.workspace.length + 1)
    : path;
  const panel =
    open ??
    ((await commands.execute('docmanager:open', { path: local })) as NotebookPanel | undefined);
  if (!panel) return undefined;
  await panel.context.ready;
  return notebooks.of(panel);
}
