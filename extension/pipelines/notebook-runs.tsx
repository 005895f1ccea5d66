import React from 'react';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { runEntry, shownMetric } from '../client/run-words.ts';
import { Entry } from '../ui/entry.tsx';
import { List } from '../ui/list.tsx';
import { Link } from '../ui/states.tsx';

const SHOWN = 8;

/** The newest runs of this notebook, with the metric they have in common. */
export function NotebookRuns({
  lab,
  state
}: {
  lab: Lab;
  state: NotebookState;
}): React.JSX.Element {
  const { commands, trans } = lab;
  const metric = shownMetric(state.runs);
  return (
    <section className="sl-section" aria-label={trans.__('Runs of this notebook')}>
      <h3>
        {trans.__('Runs of this notebook')}
        {metric && <span className="sl-muted">{metric}</span>}
      </h3>
      {state.runs.length === 0 ? (
        <p className="sl-muted sl-pad">
          {trans.__('Run a cell: its run, params and metrics appear here.')}
        </p>
      ) : (
        <List
          items={state.runs.slice(0, SHOWN)}
          idOf={run => run.runId}
          rowHeight={27}
          label={trans.__('Runs of this notebook')}
          open={run => lab.openPage('run', run.runId, run.name)}
          row={run => <Entry {...runEntry(run, metric, trans)} />}
        />
      )}
      {state.runs.length > SHOWN && (
        <p className="sl-pad">
          <Link
            label={trans.__('All runs')}
            onClick={() => void commands.execute(COMMANDS.show, { tab: 'runs' })}
          />
        </p>
      )}
    </section>
  );
}
