// The chosen version against another one, or against the notebook as it is.
import React from 'react';
import type { Pipeline, VersionSummary } from '../../server/contract/pipelines.ts';
import { diffVersions } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Button, Loading } from '../ui/states.tsx';
import { diffWithNow } from './now-diff.ts';
import { useVersion } from './use-version.ts';
import { VersionChanges } from './version-changes.tsx';
import { nearVersions, type VersionLine } from './version-words.ts';

/** Stands for the open notebook where a version could stand. */
export const NOW = 'now';

interface VersionDiffProps {
  items: readonly VersionSummary[];
  shown: VersionSummary;
  line: VersionLine;
  /** The version that all are compared with, `now`, or undefined for the one before each. */
  base: string | undefined;
  setBase(version: string | undefined): void;
  /** Undefined when the notebook is not open. */
  now: Pipeline | undefined;
  lab: Lab;
}

export function VersionDiffView(props: VersionDiffProps): React.JSX.Element {
  const { items, shown, line, base, setBase, now, lab } = props;
  const { trans } = lab;
  const previous = items[items.indexOf(shown) + 1]?.version;
  const other = base === shown.version ? previous : (base ?? previous);
  const { named, near } = nearVersions(items, shown);
  const far = other !== undefined && other !== NOW && !near.some(item => item.version === other);
  const isOnly = items.length === 1 && !now;
  return (
    <section aria-label={trans.__('Diff')}>
      {isOnly ? (
        <p className="sl-muted">{trans.__('The first version: nothing to compare it with yet.')}</p>
      ) : (
        <div className="sl-compare">
          <label>
            {trans.__('Compared with')}{' '}
            <select
              value={base === undefined || base === shown.version ? '' : base}
              onChange={event => setBase(event.target.value || undefined)}
            >
              <option value="">
                {previous ? trans.__('the one before, %1', previous) : trans.__('nothing')}
              </option>
              {now && <option value={NOW}>{trans.__('the notebook now')}</option>}
              {far && base !== undefined && <option value={base}>{base}</option>}
              {named.length > 0 && (
                <optgroup label={trans.__('Tags')}>
                  {named.flatMap(({ version, tags }) =>
                    tags.map(tag => (
                      <option key={tag} value={version}>
                        {tag} ({version})
                      </option>
                    ))
                  )}
                </optgroup>
              )}
              <optgroup label={trans.__('Versions')}>
                {near.map(({ version, message }) => (
                  <option key={version} value={version}>
                    {version} {message.slice(0, 40)}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>{' '}
          {base === shown.version ? (
            <span className="sl-muted">
              {trans.__('Choose another version: it is compared with %1.', shown.version)}
            </span>
          ) : (
            <Button
              label={trans.__('Compare others with %1', shown.version)}
              title={trans.__('Then choose any other version in the list')}
              onClick={() => setBase(shown.version)}
            />
          )}
        </div>
      )}
      {!isOnly && other === undefined && (
        <p className="sl-muted">
          {trans.__('The first version: choose another one to compare it with.')}
        </p>
      )}
      {other === NOW && <ChangesSince lab={lab} line={line} version={shown.version} now={now} />}
      {other !== undefined && other !== NOW && (
        <Changes lab={lab} line={line} from={other} to={shown.version} />
      )}
    </section>
  );
}

interface ChangesSinceProps {
  lab: Lab;
  line: VersionLine;
  version: string;
  now: Pipeline | undefined;
}

function ChangesSince({ lab, line, version, now }: ChangesSinceProps): React.JSX.Element {
  const { trans } = lab;
  const detail = useVersion(lab, line, version);
  if (detail.error)
    return <QueryFailure error={detail.error} retry={detail.reload} trans={trans} />;
  if (!now) return <p className="sl-muted">{trans.__('The notebook is not open.')}</p>;
  if (!detail.data) return <Loading label={trans.__('Comparing')} />;
  const diff = diffWithNow(version, detail.data.pipeline, now, trans.__('the notebook now'));
  return <VersionChanges diff={diff} trans={trans} />;
}

interface ChangesProps {
  lab: Lab;
  line: VersionLine;
  from: string;
  to: string;
}

function Changes({ lab, line, from, to }: ChangesProps): React.JSX.Element {
  const { client, trans } = lab;
  const diff = useQuery(
    client,
    `${from} ${to} ${line.branch ?? ''}`,
    () => client.call(diffVersions, { ...line, from, to }),
    () => false
  );
  if (diff.error) return <QueryFailure error={diff.error} retry={diff.reload} trans={trans} />;
  return diff.data ? (
    <VersionChanges diff={diff.data} trans={trans} />
  ) : (
    <Loading label={trans.__('Comparing')} />
  );
}
