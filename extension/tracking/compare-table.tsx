// The table that all parts of a comparison are: a column for each run, wide ones to be scrolled.
import React from 'react';
import type { RunComparison } from '../../server/contract/tracking-compare.ts';
import type { Lab } from '../tokens.ts';
import { LineMark } from '../ui/line-mark.tsx';
import { Link } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';

export interface PartProps {
  lab: Lab;
  found: RunComparison;
}

interface CompareTableProps extends PartProps {
  label: string;
  /** The rows. */
  children: React.ReactNode;
}

export function CompareTable({
  lab,
  found,
  label,
  children
}: CompareTableProps): React.JSX.Element {
  return (
    <div className="sl-scroll-x" tabIndex={0} role="group" aria-label={label}>
      <table className="sl-table sl-compare-table">
        <TableHead>
          <td />
          {found.runs.map(({ runId, name }, index) => (
            <Column key={runId}>
              <LineMark colour={index} />{' '}
              <Link label={name} title={name} onClick={() => lab.openPage('run', runId, name)} />
            </Column>
          ))}
        </TableHead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
