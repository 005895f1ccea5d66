// Plugin: prediction services, their pages, and the commands that start and stop them.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import * as routes from '../client/routes.ts';
import { COMMANDS, IShell, type Lab } from '../tokens.ts';
import { choose } from '../ui/choose.ts';
import { textArgs, textOf } from '../ui/command-args.ts';
import { deployIcon } from '../ui/icons.ts';

export const deploymentsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:deployments',
  description: 'Deploys models as prediction services on this machine.',
  autoStart: true,
  requires: [IShell],
  activate: (_: JupyterFrontEnd, shell: IShell) => {
    const { lab, addCommand } = shell;
    const { client, commands, trans } = lab;
    shell.addTab({
      id: 'deploy',
      label: trans.__('Deploy'),
      icon: deployIcon,
      rank: 40,
      load: async () => (await import('./deploy-panel.tsx')).DeployPanel
    });
    shell.addPage({
      kind: 'endpoint',
      icon: deployIcon,
      load: async () => (await import('./endpoint-page.tsx')).EndpointPage
    });

    addCommand(COMMANDS.deploy, {
      label: trans.__('Deploy a model…'),
      caption: trans.__('Serve predictions of a champion on this machine'),
      icon: deployIcon,
      describedBy: textArgs('model', 'name'),
      execute: args =>
        lab.act(async () => {
          const model = textOf(args['model']) ?? (await chooseModel(lab));
          if (!model) return;
          const name = textOf(args['name']);
          const endpoint = await client.call(routes.deploy, { model, alias: 'champion', name });
          lab.openPage('endpoint', endpoint.name, endpoint.name);
        })
    });
    addCommand(COMMANDS.stopEndpoint, {
      label: trans.__('Stop an endpoint…'),
      caption: trans.__('Nobody gets an answer from it any more'),
      describedBy: textArgs('name'),
      execute: args =>
        lab.act(async () => {
          const name = textOf(args['name']) ?? (await chooseEndpoint(lab));
          if (!name) return;
          const { model } = await client.call(routes.stopEndpoint, { name });
          Notification.info(trans.__('%1 is stopped', name), {
            autoClose: 10_000,
            actions: [
              {
                label: trans.__('Undo'),
                callback: () => void commands.execute(COMMANDS.deploy, { model, name })
              }
            ]
          });
        })
    });
  }
};

/** Only models with a champion can be deployed; what to do when there is none is said. */
async function chooseModel({ client, commands, trans }: Lab): Promise<string | undefined> {
  const { items } = await client.call(routes.listModels, {});
  const found = items.filter(({ champion }) => champion);
  if (found.length === 0) {
    const text =
      items.length > 0
        ? trans.__('No model has a champion yet: promote a version first.')
        : trans.__('No model is registered yet: register the model of a run first.');
    Notification.info(text, {
      autoClose: 8000,
      actions: [
        {
          label: items.length > 0 ? trans.__('Promote…') : trans.__('Register…'),
          callback: () =>
            void commands.execute(items.length > 0 ? COMMANDS.promote : COMMANDS.register)
        }
      ]
    });
  }
  const title = trans.__('Deploy the champion of which model?');
  return (await choose(found, { title, nameOf: ({ name }) => name }))?.name;
}

async function chooseEndpoint({ client, trans }: Lab): Promise<string | undefined> {
  const { items } = await client.call(routes.listEndpoints, {});
  const found = await choose(
    items.filter(({ state }) => state !== 'stopped'),
    {
      title: trans.__('Stop which endpoint?'),
      nameOf: ({ name }) => name,
      none: trans.__('No endpoint is running.')
    }
  );
  return found?.name;
}
