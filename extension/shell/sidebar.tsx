// The sidebar: project, level and server above; one tab of work below.
import type { IStateDB } from '@jupyterlab/statedb';
import { ReactWidget } from '@jupyterlab/ui-components';
import { type ISignal, Signal } from '@lumino/signaling';
import React from 'react';
import type { Lab, SidebarTab } from '../tokens.ts';
import { ladderIcon } from '../ui/icons.ts';
import { Lazy } from '../ui/lazy.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useSignal } from '../ui/use-signal.ts';
import { Header } from './header.tsx';
import { NoticeStrip } from './notice-strip.tsx';
import type { Notices } from './notices.ts';
import type { Remarks } from './remarks.ts';
import { ServerNotice } from './server-notice.tsx';

const STATE_KEY = 'stepladder:sidebar-tab';

export class Sidebar extends ReactWidget {
  private readonly tabs: SidebarTab[] = [];
  private chosen: string | undefined;
  private readonly redraw = new Signal<this, void>(this);
  private readonly lab: Lab;
  private readonly notices: Notices;
  private readonly remarks: Remarks;
  private readonly state: IStateDB | null;

  constructor(lab: Lab, notices: Notices, remarks: Remarks, state: IStateDB | null) {
    super();
    this.lab = lab;
    this.notices = notices;
    this.remarks = remarks;
    this.state = state;
    this.id = 'stepladder-sidebar';
    this.addClass('sl-sidebar');
    this.title.icon = ladderIcon;
    this.title.caption = 'Stepladder';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Stepladder');
    void state
      ?.fetch(STATE_KEY)
      .then(id => typeof id === 'string' && this.chosen === undefined && this.choose(id));
  }

  addTab(tab: SidebarTab): void {
    this.tabs.push(tab);
    this.tabs.sort((a, b) => a.rank - b.rank);
    this.redraw.emit();
  }

  choose(id: string): void {
    this.chosen = id;
    void this.state?.save(STATE_KEY, id);
    this.redraw.emit();
  }

  render(): React.JSX.Element {
    const { lab, notices, remarks } = this;
    return (
      <View
        lab={lab}
        notices={notices}
        remarks={remarks}
        redraw={this.redraw}
        tabs={() => this.tabs}
        chosen={() => this.chosen}
        choose={id => this.choose(id)}
      />
    );
  }
}

interface ViewProps {
  lab: Lab;
  notices: Notices;
  remarks: Remarks;
  redraw: ISignal<unknown, void>;
  tabs(): readonly SidebarTab[];
  chosen(): string | undefined;
  choose(id: string): void;
}

function View({
  lab,
  notices,
  remarks,
  redraw,
  tabs,
  chosen,
  choose
}: ViewProps): React.JSX.Element {
  useSignal(redraw);
  const current = tabs().find(tab => tab.id === chosen()) ?? tabs()[0];
  if (!current) return <></>;
  return (
    <>
      <Header lab={lab} />
      <Tabs tabs={tabs()} current={current.id} choose={choose} label={lab.trans.__('Stepladder')} />
      <ServerNotice lab={lab} remarks={remarks} />
      <NoticeStrip notices={notices} trans={lab.trans} />
      <div
        className="sl-tab-panel sl-scroll"
        role="tabpanel"
        tabIndex={0}
        id="sl-tab-panel"
        aria-labelledby={`sl-tab-${current.id}`}
      >
        <Lazy key={current.id} load={current.load} props={{ lab }} trans={lab.trans} />
      </div>
    </>
  );
}
