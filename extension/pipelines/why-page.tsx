// What changed between the run that was good and another one: cells, params, data, packages, the likeliest first.
import React, { useState } from 'react';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { explainChange, listRuns, listVersions } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { runStateWord, shownMetric } from '../client/run-words.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Loading } from '../ui/states.tsx';
import { formatAgo, useNow } from '../ui/time.tsx';
import { CauseList } from './cause-list.tsx';
import { goodRun } from './good-run.ts';
import { lineOf, type VersionLine } from './version-words.ts';

interface WhyPageProps {
  lab: Lab;
  /** `path|pipeline|branch|to|from`, with empty parts: a version or a run, and the good one where it is known. */
  id: string;
}

const OFFERED = 100;

export function WhyPage({ lab, id }: WhyPageProps): React.JSX.Element {
  const { client, trans } = lab;
  const [path = '', pipeline, branch, asked = '', good] = id.split('|');
  const line = lineOf(path, pipeline, branch);
  const [to, setTo] = useState(asked);
  const [chosen, choose] = useState(good);
  const offered = useQuery(
    client,
    id,
    async () => {
      const [runs, versions] = await Promise.all([
        client.call(listRuns, { notebook: path, limit: OFFERED }),
        // A notebook that was never captured has runs all the same.
        client.call(listVersions, { ...line, limit: OFFERED }).catch(() => ({ items: [] }))
      ]);
      return { runs: runs.items, versions: versions.items };
    },
    event => event.type === 'version-captured'
  );
  if (offered.error && !offered.data)
    return <QueryFailure error={offered.error} retry={offered.reload} trans={trans} />;
  if (!offered.data) return <Loading rows={8} label={trans.__('Reading runs and versions')} />;
  const { runs, versions } = offered.data;
  const from = chosen || goodRun(runs, to)?.runId || versions.find(v => v.version !== to)?.version;
  const select = (value: string | undefined, change: (name: string) => void, label: string) => (
    <label>
      {label} <SideSelect lab={lab} value={value} change={change} runs={runs} versions={versions} />
    </label>
  );
  return (
    <article aria-label={trans.__('What changed')}>
      <h2>{trans.__('What changed since it was good')}</h2>
      <div className="sl-page-tools">
        {select(from, choose, trans.__('Good'))}
        {select(to, setTo, trans.__('and then'))}
      </div>
      {from === undefined ? (
        <p className="sl-muted">
          {trans.__('There is no earlier run or version of this notebook to compare with.')}
        </p>
      ) : (
        <Causes lab={lab} line={line} from={from} to={to} />
      )}
    </article>
  );
}

interface SideSelectProps {
  lab: Lab;
  value: string | undefined;
  change(name: string): void;
  runs: readonly RunSummary[];
  versions: readonly VersionSummary[];
}

function SideSelect(props: SideSelectProps): React.JSX.Element {
  const { lab, value, change, runs, versions } = props;
  const { trans } = lab;
  const now = useNow(30_000);
  const metric = shownMetric(runs);
  const isKnown =
    runs.some(({ runId }) => runId === value) || versions.some(({ version }) => version === value);
  return (
    <select value={value ?? ''} onChange={event => change(event.target.value)}>
      {!isKnown && <option value={value ?? ''}>{value?.slice(0, 12) ?? '–'}</option>}
      <optgroup label={trans.__('Runs')}>
        {runs.map(({ runId, name, state, metrics, startTime }) => {
          const last = metrics.find(({ key }) => key === metric)?.last;
          return (
            <option key={runId} value={runId}>
              {[
                name,
                last === undefined ? runStateWord(state, trans) : `${metric} ${formatNumber(last)}`,
                formatAgo(startTime, now, trans)
              ].join(' · ')}
            </option>
          );
        })}
      </optgroup>
      <optgroup label={trans.__('Versions')}>
        {versions.map(({ version, tags, message }) => (
          <option key={version} value={version}>
            {[version, ...tags, message.slice(0, 40)].join(' · ')}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

interface CausesProps {
  lab: Lab;
  line: VersionLine;
  from: string;
  to: string;
}

function Causes({ lab, line, from, to }: CausesProps): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    `${from} ${to}`,
    () => client.call(explainChange, { ...line, from, to }),
    event => 'runId' in event && [from, to].includes(event.runId)
  );
  if (found.error && !found.data)
    return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  return found.data ? (
    <CauseList lab={lab} found={found.data} />
  ) : (
    <Loading rows={6} label={trans.__('Comparing')} />
  );
}
