// Every version of one pipeline: looked at, compared with another or with the notebook as it is, restored.
import React, { useState } from 'react';
import type { Pipeline, VersionSummary } from '../../server/contract/pipelines.ts';
import { diffVersions, getVersion, listVersions } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { diffWithNow } from './now-diff.ts';
import { VersionChanges } from './version-changes.tsx';
import { VersionsTable } from './versions-table.tsx';
import { VersionSource } from './version-source.tsx';

export interface VersionsPageActions {
  /** Undefined when the notebook cannot be opened. */
  restore(path: string, version: string): Promise<void>;
  /** The pipeline as the open notebook has it; undefined when it is not open. */
  now(path: string): Pipeline | undefined;
}

/** Stands for the open notebook where a version could stand. */
const NOW = 'now';

interface VersionsPageProps {
  lab: Lab;
  /** `path`, or `path|pipeline id`. */
  id: string;
}

export function createVersionsPage({ restore, now }: VersionsPageActions) {
  return function VersionsPage({ lab, id }: VersionsPageProps): React.JSX.Element {
    const { client, trans } = lab;
    const [path = '', pipeline] = id.split('|');
    const which = pipeline ? { path, pipeline } : { path };
    const versions = useQuery(
      client,
      id,
      () => client.call(listVersions, which),
      event => event.type === 'version-captured'
    );
    const [chosen, choose] = useState<string>();
    const [base, compareWith] = useState<string>();
    if (versions.error && !versions.data) {
      return <QueryFailure error={versions.error} retry={versions.reload} trans={trans} />;
    }
    if (!versions.data) return <Loading label={trans.__('Reading the versions')} />;
    const { items } = versions.data;
    const shown = items.find(({ version }) => version === chosen) ?? items[0];
    if (!shown) return <Empty text={trans.__('No version yet. Capture makes the first one.')} />;
    const before = base ?? items[items.indexOf(shown) + 1]?.version;
    return (
      <article
        className="sl-columns"
        aria-label={trans.__('Versions of %1', path.split('/').pop()!)}
      >
        <VersionsTable
          items={items}
          shown={shown}
          show={version => {
            choose(version);
            compareWith(undefined);
          }}
          restore={version => void lab.act(() => restore(path, version))}
          title={path.split('/').pop()!}
          lab={lab}
        />
        <div className="sl-column-main">
          <h2>{shown.version}</h2>
          <p className="sl-muted">{shown.message}</p>
          <Compare
            items={items}
            shown={shown}
            before={before}
            hasNow={now(path) !== undefined}
            compareWith={compareWith}
            lab={lab}
          />
          {before === NOW && (
            <ChangesSince lab={lab} which={which} version={shown.version} now={now(path)} />
          )}
          {before && before !== NOW && (
            <Changes lab={lab} which={which} from={before} to={shown.version} />
          )}
          <Source lab={lab} which={which} version={shown.version} />
        </div>
      </article>
    );
  };
}

type Which = { path: string; pipeline?: string };

interface CompareProps {
  items: readonly VersionSummary[];
  shown: VersionSummary;
  before: string | undefined;
  /** The notebook is open, so it can be compared with. */
  hasNow: boolean;
  compareWith(version: string): void;
  lab: Lab;
}

function Compare({
  items,
  shown,
  before,
  hasNow,
  compareWith,
  lab
}: CompareProps): React.JSX.Element {
  const { trans } = lab;
  const others = items.filter(({ version }) => version !== shown.version);
  if (others.length === 0 && !hasNow) {
    return (
      <p className="sl-muted">{trans.__('The first version: nothing to compare it with yet.')}</p>
    );
  }
  return (
    <label className="sl-compare">
      {trans.__('Compared with')}{' '}
      <select value={before ?? ''} onChange={event => compareWith(event.target.value)}>
        {before === undefined && <option value="">–</option>}
        {hasNow && <option value={NOW}>{trans.__('the notebook now')}</option>}
        {others.map(({ version }) => (
          <option key={version}>{version}</option>
        ))}
      </select>
    </label>
  );
}

interface ChangesSinceProps {
  lab: Lab;
  which: Which;
  version: string;
  now: Pipeline | undefined;
}

function ChangesSince({ lab, which, version, now }: ChangesSinceProps): React.JSX.Element {
  const { client, trans } = lab;
  const detail = useQuery(
    client,
    version,
    () => client.call(getVersion, { ...which, version }),
    () => false
  );
  if (detail.error)
    return <QueryFailure error={detail.error} retry={detail.reload} trans={trans} />;
  if (!detail.data || !now) return <Loading label={trans.__('Comparing')} />;
  const diff = diffWithNow(version, detail.data.pipeline, now, trans.__('the notebook now'));
  return <VersionChanges diff={diff} trans={trans} />;
}

function Changes({
  lab,
  which,
  from,
  to
}: {
  lab: Lab;
  which: Which;
  from: string;
  to: string;
}): React.JSX.Element {
  const { client, trans } = lab;
  const diff = useQuery(
    client,
    `${from} ${to}`,
    () => client.call(diffVersions, { ...which, from, to }),
    () => false
  );
  if (diff.error) return <QueryFailure error={diff.error} retry={diff.reload} trans={trans} />;
  return diff.data ? (
    <VersionChanges diff={diff.data} trans={trans} />
  ) : (
    <Loading label={trans.__('Comparing')} />
  );
}

function Source({
  lab,
  which,
  version
}: {
  lab: Lab;
  which: Which;
  version: string;
}): React.JSX.Element {
  const { client, trans } = lab;
  const detail = useQuery(
    client,
    version,
    () => client.call(getVersion, { ...which, version }),
    () => false
  );
  if (detail.error)
    return <QueryFailure error={detail.error} retry={detail.reload} trans={trans} />;
  return detail.data ? (
    <VersionSource detail={detail.data} trans={trans} />
  ) : (
    <Loading label={trans.__('Reading the version')} />
  );
}
