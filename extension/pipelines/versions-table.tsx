import React from 'react';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import type { Lab } from '../tokens.ts';
import { Button, Link } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';

interface VersionsTableProps {
  items: readonly VersionSummary[];
  shown: VersionSummary;
  show(version: string): void;
  restore(version: string): void;
  title: string;
  lab: Lab;
}

/** Newest first; the chosen one is shown beside it. */
export function VersionsTable(props: VersionsTableProps): React.JSX.Element {
  const { items, shown, show, restore, title, lab } = props;
  const { trans } = lab;
  return (
    <div>
      <h2>{trans.__('Versions of %1', title)}</h2>
      <table className="sl-table sl-versions">
        <tbody>
          {items.map(({ version, message, steps, time }) => (
            <tr key={version} className={version === shown.version ? 'sl-selected' : undefined}>
              <td aria-current={version === shown.version}>
                <b>
                  <Link label={version} onClick={() => show(version)} />
                </b>{' '}
                <span className="sl-muted">
                  {trans._n('%1 step', '%1 steps', steps)} · <Ago time={time} trans={trans} />
                </span>
                <div className="sl-muted sl-version-message">{message}</div>
              </td>
              <td className="sl-number">
                <Button
                  label={trans.__('Restore')}
                  title={trans.__('Puts %1 back into the notebook; you can undo it', version)}
                  onClick={() => restore(version)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
