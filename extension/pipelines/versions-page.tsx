// Every version of one notebook: found, looked at, compared with any other, restored, named, branched off, traced to its runs.
import React, { useEffect, useState } from 'react';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { listBranches, listVersions } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import type { PageRequests } from '../ui/page-requests.ts';
import { Button, Empty, Loading } from '../ui/states.tsx';
import { useLast } from '../ui/use-last.ts';
import { VersionBlame } from './version-blame.tsx';
import { VersionDiffView } from './version-diff.tsx';
import { VersionHead } from './version-head.tsx';
import { VersionRuns } from './version-runs.tsx';
import { VersionSource } from './version-source.tsx';
import type { VersionVerbs } from './version-verbs.ts';
import { useVersion } from './use-version.ts';
import { findVersion, lineOf, MAIN, type VersionLine } from './version-words.ts';
import { VersionsList } from './versions-list.tsx';

export type VersionView = 'diff' | 'blame' | 'source' | 'runs';

/** What the page is asked to show. */
export interface VersionRequest {
  /** Number, semantic version or tag. */
  version?: string | undefined;
  branch?: string | undefined;
  view?: VersionView | undefined;
}

export interface VersionsPageActions {
  verbs: VersionVerbs;
  /** The pipeline as the open notebook has it; undefined when it is not open. */
  now(path: string): Pipeline | undefined;
  /** Which pipeline and branch the notebook is, as far as it is open. */
  lineOf(path: string): VersionLine;
  requests: PageRequests<VersionRequest>;
}

interface VersionsPageProps {
  lab: Lab;
  /** The notebook's path. */
  id: string;
}

/** Read at once; the rest when it is scrolled to or looked for. */
const FIRST = 200;
const ALL = 100_000;

export function createVersionsPage(actions: VersionsPageActions) {
  const { verbs, now, requests } = actions;
  return function VersionsPage({ lab, id: path }: VersionsPageProps): React.JSX.Element {
    const { client, commands, trans } = lab;
    const { pipeline, branch: own = MAIN } = actions.lineOf(path);
    const [branch, setBranch] = useState(own);
    const [limit, setLimit] = useState(FIRST);
    const [search, find] = useState('');
    const [chosen, choose] = useState<string>();
    const [base, setBase] = useState<string>();
    const [view, setView] = useState<VersionView>('diff');
    const line = lineOf(path, pipeline, branch);
    const concerns = ({ type }: { type: string }) => type === 'version-captured';
    const versions = useQuery(
      client,
      `${path} ${branch} ${limit}`,
      () => client.call(listVersions, { ...line, limit }),
      concerns
    );
    const branches = useQuery(
      client,
      path,
      () => client.call(listBranches, lineOf(path, pipeline)),
      concerns
    );
    requests.useRequest(path, request => {
      if (request.version !== undefined) {
        choose(request.version);
        find('');
      }
      if (request.branch !== undefined) setBranch(request.branch);
      if (request.view !== undefined) setView(request.view);
      versions.reload();
      branches.reload();
    });
    const listed = useLast(versions.data);
    const { items = [], total = 0 } = listed ?? {};
    const named = findVersion(items, chosen);
    const isPart = items.length < total;
    useEffect(() => {
      // What is looked for may be among the older ones.
      if (isPart && (search.trim() !== '' || (chosen !== undefined && !named))) setLimit(ALL);
    }, [isPart, search, chosen, named]);

    const lines = branches.data?.items.map(item => item.branch) ?? [];
    const title = path.split('/').pop()!;
    if (versions.error && !listed)
      return <QueryFailure error={versions.error} retry={versions.reload} trans={trans} />;
    if (!listed) return <Loading rows={12} label={trans.__('Reading the versions')} />;
    const shown = named ?? items[0];
    if (!shown) {
      return (
        <Empty
          text={trans.__('No version yet. Capture makes the first one.')}
          action={{
            label: trans.__('Capture'),
            run: () => void commands.execute(COMMANDS.capture)
          }}
        />
      );
    }
    const views: Record<VersionView, string> = {
      diff: trans.__('Diff'),
      source: trans.__('Steps'),
      blame: trans.__('Blame'),
      runs: trans.__('Runs')
    };
    const show = (version: string) => choose(version);
    return (
      <article className="sl-versions-page" aria-label={trans.__('Versions of %1', title)}>
        <div className="sl-page-head">
          <h2 className="sl-clip">{trans.__('Versions of %1', title)}</h2>
          {lines.length > 1 && (
            <label>
              {trans.__('Branch')}{' '}
              <select value={branch} onChange={event => setBranch(event.target.value)}>
                {lines.map(name => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <Button
            label={trans.__('Push…')}
            title={trans.__('Send the versions to a git repository')}
            onClick={() => void lab.act(() => verbs.push(line))}
          />
          <Button
            label={trans.__('Pull…')}
            title={trans.__('Fetch versions from a git repository')}
            onClick={() => void lab.act(() => verbs.pull(line))}
          />
        </div>
        <div className="sl-versions-body">
          <VersionsList
            items={items}
            total={total}
            shown={shown.version}
            base={base}
            search={search}
            find={find}
            show={show}
            more={() => isPart && setLimit(ALL)}
            lab={lab}
          />
          <div className="sl-versions-main" tabIndex={0} role="group" aria-label={shown.version}>
            {chosen !== undefined && !named && !isPart && (
              <p className="sl-bad" role="alert">
                {trans.__('%1 is not among these versions.', chosen)}
              </p>
            )}
            <VersionHead shown={shown} line={line} verbs={verbs} lab={lab} />
            <div className="sl-chart-head" role="radiogroup" aria-label={trans.__('View')}>
              {(Object.keys(views) as VersionView[]).map(each => (
                <label key={each} className="sl-choice">
                  <input
                    type="radio"
                    name={`sl-version-view-${path}`}
                    checked={view === each}
                    onChange={() => setView(each)}
                  />
                  {views[each]}
                </label>
              ))}
            </div>
            {view === 'diff' && (
              <VersionDiffView
                items={items}
                shown={shown}
                line={line}
                base={base}
                setBase={setBase}
                now={now(path)}
                lab={lab}
              />
            )}
            {view === 'source' && <Source lab={lab} line={line} version={shown.version} />}
            {view === 'blame' && (
              <VersionBlame lab={lab} line={line} version={shown.version} show={show} />
            )}
            {view === 'runs' && <VersionRuns lab={lab} line={line} version={shown.version} />}
          </div>
        </div>
      </article>
    );
  };
}

interface SourceProps {
  lab: Lab;
  line: VersionLine;
  version: string;
}

function Source({ lab, line, version }: SourceProps): React.JSX.Element {
  const { trans } = lab;
  const detail = useVersion(lab, line, version);
  if (detail.error)
    return <QueryFailure error={detail.error} retry={detail.reload} trans={trans} />;
  return detail.data ? (
    <VersionSource detail={detail.data} trans={trans} />
  ) : (
    <Loading label={trans.__('Reading the version')} />
  );
}
