// Document tabs of ours: any kind of page, found again by kind and id, restored with the layout.
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import { TabPanel, type Widget } from '@lumino/widgets';
import React from 'react';
import { COMMANDS, type Lab, type PageKind } from '../tokens.ts';
import { Lazy } from '../ui/lazy.tsx';

interface Address {
  kind: string;
  id: string;
  title: string;
}

export interface Pages {
  add(page: PageKind): void;
  open(address: Address): void;
}

class Page extends ReactWidget {
  readonly address: Address;
  private readonly kinds: Map<string, PageKind>;
  private readonly lab: Lab;
  constructor(address: Address, kinds: Map<string, PageKind>, lab: Lab) {
    super();
    this.address = address;
    this.kinds = kinds;
    this.lab = lab;
    this.addClass('sl-page');
    this.addClass('sl-scroll');
    this.node.dataset['kind'] = address.kind;
  }
  render(): React.JSX.Element {
    const page = this.kinds.get(this.address.kind);
    const { lab, address } = this;
    return page ? (
      <Lazy load={page.load} props={{ lab, id: address.id }} trans={lab.trans} />
    ) : (
      <></>
    );
  }
}

/** @param area `down` where the main area takes one document only, as in Notebook 7 */
export function createPages(
  app: JupyterFrontEnd,
  lab: Lab,
  restorer: ILayoutRestorer | null,
  area: 'main' | 'down'
): Pages {
  const kinds = new Map<string, PageKind>();
  const tracker = new WidgetTracker<MainAreaWidget<Page>>({ namespace: 'stepladder-pages' });
  const nameOf = ({ kind, id }: Address) => `stepladder-${kind}-${id}`;

  const open = (address: Address) => {
    const shown = tracker.find(widget => nameOf(widget.content.address) === nameOf(address));
    if (shown) return show(shown);
    const page = new MainAreaWidget({ content: new Page(address, kinds, lab) });
    // We fill no toolbar; without this a line of nothing stays.
    page.toolbar.hide();
    page.id = nameOf(address);
    page.title.label = address.title;
    page.title.caption = address.title;
    page.title.closable = true;
    const icon = kinds.get(address.kind)?.icon;
    if (icon) page.title.icon = icon;
    if (area === 'down') page.content.addClass('sl-below');
    void tracker.add(page);
    app.shell.add(page, area);
    show(page);
  };
  const show = (page: Widget) => {
    app.shell.activateById(page.id);
    // Which of its tabs is in front, the area below does not see to.
    const tabs = page.parent?.parent;
    if (area === 'down' && tabs instanceof TabPanel) tabs.currentWidget = page;
  };
  app.commands.addCommand(COMMANDS.openPage, {
    label: lab.trans.__('Open a Stepladder page'),
    describedBy: {
      args: {
        type: 'object',
        required: ['kind', 'id', 'title'],
        properties: { kind: { type: 'string' }, id: { type: 'string' }, title: { type: 'string' } }
      }
    },
    execute: args => open(args as unknown as Address)
  });
  void restorer?.restore(tracker, {
    command: COMMANDS.openPage,
    args: ({ content }) => ({ ...content.address }),
    name: ({ content }) => nameOf(content.address)
  });
  return { add: page => void kinds.set(page.kind, page), open };
}
