// Plugin: steps and results at the cells themselves.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { INotebooks, IRecorder, IShell } from '../tokens.ts';
import { followCells, type NotebookCells, type Shown } from './notebook-cells.ts';
import { addRunNeeded } from './run-needed.ts';
import { addStepCommands } from './step-commands.ts';

const ID = 'stepladder:cells';

export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Shows each cell's step, and names steps.",
  autoStart: true,
  requires: [IShell, INotebooks, INotebookTracker],
  optional: [ISettingRegistry, ISessionContextDialogs, IRecorder],
  activate: (
    _: JupyterFrontEnd,
    shell: IShell,
    notebooks: INotebooks,
    tracker: INotebookTracker,
    registry: ISettingRegistry | null,
    dialogs: ISessionContextDialogs | null,
    recorder: IRecorder | null
  ) => {
    let shown: Shown = { bands: true, signs: true, flow: true, results: true };
    const open = new Set<NotebookCells>();
    const follow = (panel: NotebookPanel) => {
      const cells = followCells(notebooks.of(panel), () => shown, shell.lab);
      open.add(cells);
      panel.disposed.connect(() => open.delete(cells));
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
    addStepCommands(shell, notebooks, tracker);
    addRunNeeded(shell, notebooks, tracker, { dialogs, recorder });
    void registry?.load(ID).then(settings => {
      const read = () => {
        shown = settings.composite as unknown as Shown;
        open.forEach(cells => cells.draw());
      };
      settings.changed.connect(read);
      read();
    });
  }
};
