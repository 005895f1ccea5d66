// From a run to the version of its notebook that made it, and to what changed since the run that was good.
import React from 'react';
import type { RunDetail } from '../../server/contract/tracking.ts';
import { getRunVersion } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Link } from '../ui/states.tsx';
import { showVersion } from './run-versions.ts';

interface RunVersionProps {
  lab: Lab;
  run: Pick<RunDetail, 'runId' | 'state'>;
}

export function RunVersion({ lab, run }: RunVersionProps): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    // A run that goes on may yet execute what no version has.
    `version of ${run.runId} ${run.state}`,
    () => client.call(getRunVersion, { runId: run.runId }),
    event => event.type === 'version-captured'
  );
  if (!found.data) return <>{found.error ? found.error.problem.detail : ''}</>;
  const { path, pipelineId, branch, version, edited, reason } = found.data;
  if (!version || path === undefined)
    return <span className="sl-muted">{reason ?? trans.__('not captured')}</span>;
  return (
    <>
      <Link
        label={`${version.version} (${version.semantic.version})`}
        title={version.message}
        onClick={() => showVersion(lab, path, { version: version.version, branch }, pipelineId)}
      />{' '}
      <span className="sl-muted">
        {version.message}
        {edited.length > 0 &&
          ` · ${trans._n('edited before it ran: %2', 'edited before it ran: %2', edited.length, edited.join(', '))}`}
      </span>
    </>
  );
}

/** Opens the page that says what changed between the run that was good and this one. */
export function openWhy(
  lab: Lab,
  { runId, notebook, name }: Pick<RunDetail, 'runId' | 'notebook' | 'name'>,
  good = ''
): void {
  if (notebook === undefined) return;
  lab.openPage('why', [notebook, '', '', runId, good].join('|'), lab.trans.__('Why: %1', name));
}
