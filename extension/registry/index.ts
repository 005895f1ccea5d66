// Plugin: registered models, their pages, and the commands that register, promote and undo.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import type { ModelSummary, ModelVersion } from '../../server/contract/registry.ts';
import { listModels } from '../client/routes.ts';
import { COMMANDS, IShell } from '../tokens.ts';
import { choose } from '../ui/choose.ts';
import { textArgs, textOf } from '../ui/command-args.ts';
import { modelIcon } from '../ui/icons.ts';
import { createRegistryActions } from './actions.ts';
import { challengerOf, versionName } from './model-words.ts';

export const registryPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:registry',
  description: 'Registers and promotes models.',
  autoStart: true,
  requires: [IShell],
  optional: [ILauncher],
  activate: (_: JupyterFrontEnd, shell: IShell, launcher: ILauncher | null) => {
    const { lab, addCommand } = shell;
    const { client, trans } = lab;
    const actions = createRegistryActions(lab);

    shell.addTab({
      id: 'models',
      label: trans.__('Models'),
      icon: modelIcon,
      rank: 30,
      load: async () => (await import('./models-panel.tsx')).ModelsPanel
    });
    shell.addPage({
      kind: 'model',
      icon: modelIcon,
      load: async () => (await import('./model-page.tsx')).ModelPage
    });
    shell.addPage({
      kind: 'promotion',
      icon: modelIcon,
      load: async () =>
        (await import('./promotion-page.tsx')).createPromotionPage({
          promote: actions.promote,
          close: model => lab.openPage('model', model, model)
        })
    });

    addCommand(COMMANDS.register, {
      label: trans.__('Register a model…'),
      caption: trans.__('Give the model of a run a name and a version'),
      describedBy: textArgs('runId', 'model', 'loggedModel'),
      execute: ({ runId, model, loggedModel }) =>
        lab.act(() =>
          actions.register({
            runId: textOf(runId),
            model: textOf(model),
            loggedModel: textOf(loggedModel)
          })
        )
    });

    /** A command on a version of a model; what is not given is asked for, among the models that have such a version. */
    const onVersion = (
      id: string,
      options: { label: string; caption: string; none: string },
      versionOf: (model: ModelSummary) => ModelVersion | undefined,
      work: (model: string, version: string | undefined) => unknown
    ) =>
      addCommand(id, {
        label: options.label,
        caption: options.caption,
        describedBy: textArgs('model', 'version'),
        execute: ({ model, version }) =>
          lab.act(async () => {
            const { items } = await client.call(listModels, {});
            const given = textOf(model);
            const found = given
              ? items.find(({ name }) => name === given)
              : await choose(items.filter(versionOf), {
                  title: trans.__('Which model?'),
                  nameOf: ({ name }) => name,
                  none: options.none
                });
            const name = given ?? found?.name;
            if (!name) return;
            await work(name, textOf(version) ?? (found && versionOf(found)?.version));
          })
      });

    onVersion(
      COMMANDS.promote,
      {
        label: trans.__('Promote a model…'),
        caption: trans.__('Shows what would change first'),
        none: trans.__('No model has a version that could become champion: register one first.')
      },
      challengerOf,
      (model, version) =>
        version &&
        lab.openPage(
          'promotion',
          `${model}@${version}`,
          trans.__('Promote %1 %2', model, versionName(version))
        )
    );
    onVersion(
      COMMANDS.bumpModel,
      {
        label: trans.__('Decide the semantic version of a model…'),
        caption: trans.__(
          'What a version is to the one before it, where the rule is not to decide'
        ),
        none: trans.__('No model is registered yet: register the model of a run first.')
      },
      ({ latest }) => latest,
      (model, version) => version && actions.bump(model, version)
    );
    onVersion(
      COMMANDS.undoPromotion,
      {
        label: trans.__('Undo the last promotion'),
        caption: trans.__('The champion before becomes champion again'),
        none: trans.__('No model has a champion.')
      },
      ({ champion }) => champion,
      model => actions.undo(model)
    );
    launcher?.add({
      command: COMMANDS.show,
      args: { tab: 'models', label: trans.__('Models') },
      category: 'Stepladder',
      rank: 2
    });
  }
};
