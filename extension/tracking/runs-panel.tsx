// The sidebar's list of runs, newest first, live.
import React, { useState } from 'react';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { getRunColumns, listRuns } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { runEntry, shownMetric } from '../client/run-words.ts';
import { concernsRuns } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { Entry } from '../ui/entry.tsx';
import { List } from '../ui/list.tsx';
import { Button, Empty, Loading } from '../ui/states.tsx';
import { comparePage } from './compare-link.ts';
import { useLast } from '../ui/use-last.ts';
import { RunSearch, useSearch } from './run-search.tsx';

const PAGE = 200;
const MOST = 1000;

export function RunsPanel({ lab }: { lab: Lab }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const [typed, type] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  // Keys are needed only by who searches.
  const [begun, begin] = useState(false);
  const known = useQuery(
    client,
    `columns ${begun}`,
    async () => (begun ? client.call(getRunColumns, {}) : undefined),
    () => false
  );
  const { filter } = useSearch(typed, known.data);
  const runs = useQuery(
    client,
    `${filter ?? ''} ${limit}`,
    () => client.call(listRuns, { limit, ...(filter ? { filter } : {}) }),
    concernsRuns
  );
  const shown = useLast(runs.data);
  const items = shown?.items ?? [];
  const refused = runs.error?.problem.code === 'invalid_request';
  const metric = shownMetric(items);
  const choose = ({ runId, name }: RunSummary) => {
    const next = new Map(chosen);
    if (!next.delete(runId)) next.set(runId, name);
    setChosen(next);
  };
  return (
    <>
      <div className="sl-panel-search" onFocus={() => begin(true)}>
        <RunSearch
          lab={lab}
          text={typed}
          change={type}
          known={known.data}
          placeholder={trans.__('Search: rmse < 20')}
          fault={refused && shown ? runs.error?.problem.detail : undefined}
        />
      </div>
      {runs.error && !runs.data && !(refused && shown) && (
        <QueryFailure error={runs.error} retry={runs.reload} trans={trans} />
      )}
      {runs.loading && !shown && <Loading rows={6} label={trans.__('Reading the runs')} />}
      {runs.data && items.length === 0 && (
        <NoRuns filtered={filter !== undefined} clear={() => type('')} lab={lab} />
      )}
      <List
        items={items}
        idOf={run => run.runId}
        rowHeight={46}
        label={trans.__('Runs')}
        open={run => lab.openPage('run', run.runId, run.name)}
        chosen={new Set(chosen.keys())}
        choose={choose}
        row={run => <Entry {...runEntry(run, metric, trans, true)} />}
        reachedEnd={() => runs.data?.next && limit < MOST && setLimit(limit + PAGE)}
      />
      {items.length > 0 && (
        <div className="sl-actions sl-at-end">
          {chosen.size > 0 && (
            <Button
              primary
              label={trans.__('Compare %1', chosen.size)}
              disabled={chosen.size < 2}
              title={trans.__('Choose two runs or more, by Space or a click on their dot')}
              onClick={() => comparePage(lab, [...chosen.keys()], chosen)}
            />
          )}
          <Button
            label={trans.__('Open table')}
            onClick={() => void commands.execute(COMMANDS.openRuns)}
          />
        </div>
      )}
    </>
  );
}

function NoRuns({
  filtered,
  clear,
  lab: { trans }
}: {
  filtered: boolean;
  clear(): void;
  lab: Lab;
}): React.JSX.Element {
  if (filtered) {
    return (
      <Empty
        text={trans.__('No run fits.')}
        action={{ label: trans.__('Clear the search'), run: clear }}
      />
    );
  }
  return (
    <Empty
      text={trans.__('Run a cell of any notebook: its run appears here by itself.')}
      hint={trans.__(
        'mlflow.log_metric(…) and stepladder.log_metric(…) in a cell arrive here too.'
      )}
    />
  );
}
