// Plugin: Stepladder's places in JupyterLab, which the other plugins fill.
import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IClient } from '../client/tokens.ts';
import { COMMANDS, IShell, type Lab } from '../tokens.ts';
import { textArgs } from '../ui/command-args.ts';
import { ladderIcon } from '../ui/icons.ts';
import { createNotices, notifyOf } from './notices.ts';
import { createPages, type Pages } from './pages.tsx';
import { createRemarks } from './remarks.ts';
import { Sidebar } from './sidebar.tsx';
import { addStatusItem } from './status-item.tsx';
import { IStatusBar } from '@jupyterlab/statusbar';

export const shellPlugin: JupyterFrontEndPlugin<IShell> = {
  id: 'stepladder:shell',
  description: 'The sidebar, the pages and the status item of Stepladder.',
  autoStart: true,
  requires: [IClient],
  optional: [ILayoutRestorer, ITranslator, ICommandPalette, IStateDB, IStatusBar, ILabShell],
  provides: IShell,
  activate: (
    app: JupyterFrontEnd,
    client: IClient,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    state: IStateDB | null,
    statusBar: IStatusBar | null,
    labShell: ILabShell | null
  ): IShell => {
    const trans = (translator ?? nullTranslator).load('stepladder');
    const notices = createNotices();
    const remarks = createRemarks();
    client.status.changed.connect((_, { state }) => {
      // What the server's absence prevented can be done again now.
      if (state === 'ready' && notices.current?.unreachable) notices.clear();
    });
    const lab: Lab = {
      client,
      commands: app.commands,
      trans,
      openPage: (kind, id, title) => pages.open({ kind, id, title }),
      act: notices.act
    };
    const pages: Pages = createPages(app, lab, restorer, labShell ? 'main' : 'down');
    const sidebar = new Sidebar(lab, notices, remarks, state);
    restorer?.add(sidebar, 'stepladder-sidebar');
    app.shell.add(sidebar, 'left', { rank: 150, type: 'Stepladder' });

    const category = trans.__('Stepladder');
    const addCommand: IShell['addCommand'] = (id, options) => {
      app.commands.addCommand(id, { describedBy: textArgs(), ...options });
      palette?.addItem({ command: id, category });
    };
    addCommand(COMMANDS.show, {
      label: args =>
        args['tab'] ? trans.__('Show %1', String(args['tab'])) : trans.__('Show Stepladder'),
      icon: ladderIcon,
      describedBy: textArgs('tab', 'label'),
      execute: args => {
        if (typeof args['tab'] === 'string') sidebar.choose(args['tab']);
        app.shell.activateById(sidebar.id);
      }
    });
    if (statusBar) addStatusItem(statusBar, lab, notices, remarks);
    else notifyOf(notices);
    return {
      lab,
      addTab: tab => sidebar.addTab(tab),
      addPage: page => pages.add(page),
      addRemark: remark => remarks.add(remark),
      addCommand
    };
  }
};
