// Registering, promoting, and the way back.
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { RunSummary } from '../../server/contract/tracking.ts';
import * as routes from '../client/routes.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { choose } from '../ui/choose.ts';
import { versionName } from './model-words.ts';

type Registered = Record<'runId' | 'model' | 'loggedModel', string | undefined>;

export interface RegistryActions {
  /** Asks which model of which run, and under which name, as far as it is not said. */
  register(given: Registered): Promise<void>;
  promote(model: string, version: string): Promise<void>;
  /** Asks what the version is to the one before it, where the rule is not to decide. */
  bump(model: string, version: string): Promise<void>;
  undo(model: string): Promise<void>;
}

const RUNS_LOOKED_AT = 100;

export function createRegistryActions(lab: Lab): RegistryActions {
  const { client, commands, trans } = lab;

  async function chooseRun(): Promise<RunSummary | undefined> {
    const { items } = await client.call(routes.listRuns, { limit: RUNS_LOOKED_AT });
    const runs = items.filter(({ models }) => models.length > 0);
    return choose(runs, {
      title: trans.__('Register the model of which run?'),
      nameOf: ({ name, models }) => `${name}: ${models.map(model => model.name).join(', ')}`,
      none: trans.__(
        'No run has logged a model yet. mlflow.sklearn.log_model(…) in a cell logs one.'
      )
    });
  }

  async function chooseModel({ models }: RunSummary): Promise<string | undefined> {
    const title = trans.__('Which model of this run?');
    return (await choose(models, { title, nameOf: ({ name }) => name }))?.modelId;
  }

  async function askName(run: RunSummary): Promise<string | undefined> {
    const { items } = await client.call(routes.listModels, {});
    const notebook = run.notebook
      ?.split('/')
      .pop()
      ?.replace(/\.ipynb$/, '');
    const { button, value } = await InputDialog.getText({
      title: trans.__('Register the model of %1', run.name),
      label:
        items.length > 0
          ? trans.__('Name; known are %1', items.map(({ name }) => name).join(', '))
          : trans.__('Name'),
      text: items[0]?.name ?? notebook ?? 'model',
      okLabel: trans.__('Register')
    });
    return button.accept && value ? value.trim() : undefined;
  }

  return {
    async register(given) {
      const run = given.runId
        ? await client.call(routes.getRun, { runId: given.runId })
        : await chooseRun();
      if (!run) return;
      const loggedModel = given.loggedModel ?? (await chooseModel(run));
      if (run.models.length > 1 && loggedModel === undefined) return;
      const model = given.model ?? (await askName(run));
      if (!model) return;
      const { runId } = run;
      const made = await client.call(routes.registerModel, {
        model,
        runId,
        ...(loggedModel ? { loggedModel } : {})
      });
      Notification.success(trans.__('%1 %2 is registered', model, versionName(made.version)), {
        autoClose: 6000,
        actions: [
          {
            label: trans.__('Promote…'),
            callback: () =>
              void commands.execute(COMMANDS.promote, { model, version: made.version })
          }
        ]
      });
    },
    async promote(model, version) {
      await client.call(routes.promote, { model, version });
      Notification.success(trans.__('%1 %2 is champion', model, versionName(version)), {
        autoClose: 10_000,
        actions: [
          {
            label: trans.__('Undo'),
            callback: () => void commands.execute(COMMANDS.undoPromotion, { model })
          }
        ]
      });
    },
    async bump(model, version) {
      const bumps = ['major', 'minor', 'patch'] as const;
      const meanings = [
        trans.__('as the rule says'),
        trans.__('major: whoever calls it has to change'),
        trans.__('minor: it answers otherwise, and nothing breaks'),
        trans.__('patch: the same, trained again')
      ];
      const { button, value } = await InputDialog.getItem({
        title: trans.__('What is %1 %2 to the version before it?', model, versionName(version)),
        items: meanings,
        okLabel: trans.__('Decide')
      });
      if (!button.accept || value === null) return;
      const bump = bumps[meanings.indexOf(value) - 1];
      await client.call(routes.setModelBump, { model, version, ...(bump ? { bump } : {}) });
    },
    async undo(model) {
      const { champion } = await client.call(routes.undoPromotion, { model });
      const now = champion
        ? trans.__('%1 %2 is champion again', model, versionName(champion.version))
        : trans.__('%1 has no champion now', model);
      Notification.success(now, { autoClose: 6000 });
    }
  };
}
