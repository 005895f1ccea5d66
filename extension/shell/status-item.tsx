// The one place that says how we are: the server's state, or what went wrong last, or the run that is going on.
import type { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { listRuns } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { useSignal } from '../ui/use-signal.ts';
import type { Notices } from './notices.ts';
import type { Remarks } from './remarks.ts';
import { stateSentence, stateWord } from './server-words.ts';

interface StatusItemProps {
  lab: Lab;
  notices: Notices;
  remarks: Remarks;
}

export function addStatusItem(
  statusBar: IStatusBar,
  lab: Lab,
  notices: Notices,
  remarks: Remarks
): void {
  const item = ReactWidget.create(<StatusItem lab={lab} notices={notices} remarks={remarks} />);
  item.addClass('sl-status-item');
  statusBar.registerStatusItem('stepladder:status', { item, align: 'left', rank: 30 });
}

function StatusItem({ lab, notices, remarks }: StatusItemProps): React.JSX.Element {
  const { client, commands, trans } = lab;
  useSignal(client.status.changed);
  useSignal(notices.changed);
  useSignal(remarks.changed);
  const newest = useQuery(
    client,
    'newest run',
    () => client.call(listRuns, { limit: 1 }),
    event => event.type === 'run-changed'
  );
  const { now } = client.status;
  const run = newest.data?.items.find(({ state }) => state === 'running');
  const problem = notices.current?.problem.detail ?? stateSentence(now, trans);
  const text =
    problem ??
    remarks.text ??
    (run && now.state === 'ready' ? trans.__('%1 running', run.name) : stateWord(now.state, trans));
  const shown = notices.current ? 'failed' : now.state;
  const open = () => {
    if (run && !problem) lab.openPage('run', run.runId, run.name);
    else void commands.execute(COMMANDS.show);
  };
  return (
    <button type="button" className={`sl-status sl-server-${shown}`} title={text} onClick={open}>
      <span className="sl-dot" aria-hidden="true" />
      <span>{trans.__('Stepladder: %1', text)}</span>
    </button>
  );
}
