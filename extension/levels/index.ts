// Plugin: where the project stands on the ladder.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IShell } from '../tokens.ts';
import { ladderIcon } from '../ui/icons.ts';

export const levelsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:levels',
  description: 'Shows where the project stands on the ladder.',
  autoStart: true,
  requires: [IShell],
  activate: (_: JupyterFrontEnd, { lab, addTab }: IShell) =>
    addTab({
      id: 'level',
      label: lab.trans.__('Level'),
      icon: ladderIcon,
      rank: 50,
      load: async () => (await import('./level-panel.tsx')).LevelPanel
    })
};
