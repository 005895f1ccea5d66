// Plugin: runs in the sidebar, as a table, and each on a page.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { COMMANDS, IShell } from '../tokens.ts';
import { runsIcon } from '../ui/icons.ts';

export const trackingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:tracking',
  description: 'Lists runs and shows each on a page.',
  autoStart: true,
  requires: [IShell, IRenderMimeRegistry],
  optional: [ILauncher],
  activate: (
    _: JupyterFrontEnd,
    shell: IShell,
    rendermime: IRenderMimeRegistry,
    launcher: ILauncher | null
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
      load: async () => (await import('./runs-page.tsx')).RunsPage
    });
    shell.addPage({
      kind: 'run',
      icon: runsIcon,
      load: async () => (await import('./run-page.tsx')).createRunPage(rendermime)
    });
    addCommand(COMMANDS.openRuns, {
      label: trans.__('Runs'),
      caption: trans.__('All runs as a table'),
      icon: runsIcon,
      execute: () => lab.openPage('runs', 'all', trans.__('Runs'))
    });
    launcher?.add({ command: COMMANDS.openRuns, category: 'Stepladder', rank: 1 });
  }
};
