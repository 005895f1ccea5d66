// Plugin: runs in the sidebar, as a table, compared, and each on a page.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { COMMANDS, IShell } from '../tokens.ts';
import { runsIcon } from '../ui/icons.ts';
import { cellOpener } from './cell-opener.ts';

export const trackingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:tracking',
  description: 'Lists runs, compares them, and shows each on a page.',
  autoStart: true,
  requires: [IShell, IRenderMimeRegistry],
  optional: [ILauncher, INotebookTracker],
  activate: (
    _: JupyterFrontEnd,
    shell: IShell,
    rendermime: IRenderMimeRegistry,
    launcher: ILauncher | null,
    notebooks: INotebookTracker | null
  ) => {
    const { lab, addCommand } = shell;
    const { trans } = lab;
    shell.addTab({
      id: 'runs',
      label: trans.__('Runs'),
      icon: runsIcon,
      rank: 20,
      load: async () => (await import('./runs-panel.tsx')).RunsPanel
    });
    shell.addPage({
      kind: 'runs',
      icon: runsIcon,
      load: async () => (await import('./runs-page.tsx')).createRunsPage(rendermime)
    });
    shell.addPage({
      kind: 'run',
      icon: runsIcon,
      load: async () => (await import('./run-page.tsx')).createRunPage(rendermime, cellOpener)
    });
    shell.addPage({
      kind: 'compare',
      icon: runsIcon,
      load: async () => (await import('./compare-page.tsx')).createComparePage(rendermime)
    });
    shell.addPage({
      kind: 'cell',
      icon: runsIcon,
      load: async () => (await import('./cell-page.tsx')).CellPage
    });
    addCommand(COMMANDS.openRuns, {
      label: trans.__('Runs'),
      caption: trans.__('All runs as a table'),
      icon: runsIcon,
      execute: () => lab.openPage('runs', 'all', trans.__('Runs'))
    });
    if (notebooks) {
      addCommand(COMMANDS.cellRuns, {
        label: trans.__('Runs of this cell'),
        caption: trans.__('When this cell ran, what it logged, how it changed'),
        icon: runsIcon,
        isEnabled: () => notebooks.activeCell?.model.type === 'code',
        execute: () => {
          const cell = notebooks.activeCell;
          if (cell) lab.openPage('cell', cell.model.id, trans.__('Runs of a cell'));
        }
      });
    }
    launcher?.add({ command: COMMANDS.openRuns, category: 'Stepladder', rank: 1 });
  }
};
