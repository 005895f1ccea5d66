// Plugin: the Notebook tab, the versions page, and the commands of a notebook's pipeline.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { notebookIcon } from '@jupyterlab/ui-components';
import { COMMANDS, INotebooks, IShell } from '../tokens.ts';
import { runPipelineIcon, stepIcon } from '../ui/icons.ts';
import { createPipelineActions, type ParamValue } from './actions.ts';
import { createNotebookCommands } from './notebook-command.ts';
import { addVersionPages } from './version-commands.ts';

export const pipelinesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:pipelines',
  description: 'Steps, versions and runs of notebook pipelines.',
  autoStart: true,
  requires: [IShell, INotebooks],
  activate: (app: JupyterFrontEnd, shell: IShell, notebooks: INotebooks) => {
    const { lab } = shell;
    const { trans } = lab;
    const { contents } = app.serviceManager;
    const actions = createPipelineActions(lab, contents);

    shell.addTab({
      id: 'notebook',
      label: trans.__('Notebook'),
      icon: notebookIcon,
      rank: 10,
      load: async () => (await import('./notebook-panel.tsx')).createNotebookPanel(notebooks)
    });
    addVersionPages({ shell, notebooks, actions });

    shell.addPage({
      kind: 'pipeline',
      icon: stepIcon,
      load: async () =>
        (await import('./pipeline-page.tsx')).createPipelinePage({
          stateOf: notebooks.at,
          open: notebooks.open,
          goTo: (path, cell, line) => {
            const state = notebooks.at(path);
            if (!state) return;
            app.shell.activateById(state.panel.id);
            state.showCell(cell, line);
          }
        })
    });

    const onNotebook = createNotebookCommands(shell, notebooks);
    onNotebook(
      COMMANDS.runPipeline,
      {
        label: trans.__('Run pipeline'),
        caption: trans.__('Run every step that changed, in processes of their own'),
        icon: runPipelineIcon
      },
      (state, { params }) => actions.run(state, params as Record<string, ParamValue> | undefined)
    );
    onNotebook(
      COMMANDS.cancelPipeline,
      { label: trans.__('Stop the pipeline'), caption: trans.__('Stop the steps that run now') },
      state => actions.cancel(state)
    );
    onNotebook(
      COMMANDS.capture,
      {
        label: trans.__('Capture a version'),
        caption: trans.__('Keep the steps of this notebook as they are now')
      },
      state => actions.capture(state)
    );
    onNotebook(
      COMMANDS.pipeline,
      {
        label: trans.__('Pipeline of this notebook'),
        caption: trans.__('Its steps as a graph, each with its cells, versions and runs'),
        icon: stepIcon
      },
      ({ path }) =>
        lab.openPage('pipeline', path, trans.__('Pipeline of %1', path.split('/').pop()!))
    );
    onNotebook(
      COMMANDS.exportAirflow,
      {
        label: trans.__('Export to Airflow'),
        caption: trans.__('Write an Airflow project beside the notebook')
      },
      state => actions.exportTo(state, 'airflow')
    );
  }
};
