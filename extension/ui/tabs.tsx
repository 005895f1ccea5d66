import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

export interface Tab {
  id: string;
  label: string;
  icon: LabIcon;
}

interface TabsProps {
  tabs: readonly Tab[];
  current: string;
  choose(id: string): void;
  label: string;
}

/** Icon and word; where it is narrow, the icon alone with the word on the chosen one. */
export function Tabs({ tabs, current, choose, label }: TabsProps): React.JSX.Element {
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = tabs.findIndex(tab => tab.id === current);
    const to = (at + by + tabs.length) % tabs.length;
    choose(tabs[to]!.id);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  return (
    <div className="sl-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ id, label, icon: Icon }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`sl-tab-${id}`}
          aria-controls="sl-tab-panel"
          aria-selected={id === current}
          tabIndex={id === current ? 0 : -1}
          title={label}
          onClick={() => choose(id)}
        >
          <Icon.react tag="span" className="sl-tab-icon" width="14px" height="14px" />
          <span className="sl-tab-word">{label}</span>
        </button>
      ))}
    </div>
  );
}
