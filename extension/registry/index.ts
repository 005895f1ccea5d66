// Plugin: registered models, their pages, and the commands that register, promote and undo.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { listModels } from '../client/routes.ts';
import { COMMANDS, IShell } from '../tokens.ts';
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
    const text = (value: unknown) =>
      typeof value === 'string' && value !== '' ? value : undefined;

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
      describedBy: {
        args: {
          type: 'object',
          properties: {
            runId: { type: 'string' },
            model: { type: 'string' },
            loggedModel: { type: 'string' }
          }
        }
      },
      execute: args =>
        lab.act(() =>
          actions.register({
            ...(text(args['runId']) ? { runId: text(args['runId'])! } : {}),
            ...(text(args['model']) ? { model: text(args['model'])! } : {}),
            ...(text(args['loggedModel']) ? { loggedModel: text(args['loggedModel'])! } : {})
          })
        )
    });
    addCommand(COMMANDS.promote, {
      label: trans.__('Promote a model…'),
      caption: trans.__('Shows what would change first'),
      describedBy: {
        args: {
          type: 'object',
          properties: { model: { type: 'string' }, version: { type: 'string' } }
        }
      },
      execute: args =>
        lab.act(async () => {
          const { items } = await client.call(listModels, {});
          const model =
            text(args['model']) ??
            (await chooseModel(items.filter(challengerOf).map(({ name }) => name)));
          const found = items.find(({ name }) => name === model);
          const version = text(args['version']) ?? (found && challengerOf(found)?.version);
          if (!model || !version) return;
          lab.openPage(
            'promotion',
            `${model}@${version}`,
            trans.__('Promote %1 %2', model, versionName(version))
          );
        })
    });
    addCommand(COMMANDS.bumpModel, {
      label: trans.__('Decide the semantic version of a model…'),
      caption: trans.__('What a version is to the one before it, where the rule is not to decide'),
      describedBy: {
        args: {
          type: 'object',
          properties: { model: { type: 'string' }, version: { type: 'string' } }
        }
      },
      execute: args =>
        lab.act(async () => {
          const { items } = await client.call(listModels, {});
          const model = text(args['model']) ?? (await chooseModel(items.map(({ name }) => name)));
          const latest = items.find(({ name }) => name === model)?.latest?.version;
          const version = text(args['version']) ?? latest;
          if (model && version) await actions.bump(model, version);
        })
    });
    addCommand(COMMANDS.undoPromotion, {
      label: trans.__('Undo the last promotion'),
      caption: trans.__('The champion before becomes champion again'),
      describedBy: { args: { type: 'object', properties: { model: { type: 'string' } } } },
      execute: args =>
        lab.act(async () => {
          const { items } = await client.call(listModels, {});
          const model =
            text(args['model']) ??
            (await chooseModel(items.filter(({ champion }) => champion).map(({ name }) => name)));
          if (model) await actions.undo(model);
        })
    });
    launcher?.add({
      command: COMMANDS.show,
      args: { tab: 'models', label: trans.__('Models') },
      category: 'Stepladder',
      rank: 2
    });

    async function chooseModel(names: string[]): Promise<string | undefined> {
      if (names.length < 2) return names[0];
      const { button, value } = await InputDialog.getItem({
        title: trans.__('Which model?'),
        items: names
      });
      return button.accept ? (value ?? undefined) : undefined;
    }
  }
};
