import React from 'react';
import type { Lab } from '../tokens.ts';

interface CellLinkProps {
  goTo(cell: number): void;
  lab: Lab;
}

export function CellLink({
  cell,
  goTo,
  lab: { trans }
}: CellLinkProps & { cell: number }): React.JSX.Element {
  return (
    <button type="button" className="sl-link" onClick={() => goTo(cell)}>
      {trans.__('cell %1', cell + 1)}
    </button>
  );
}

export function CellLinks({
  cells,
  goTo,
  lab
}: CellLinkProps & { cells: readonly number[] }): React.JSX.Element {
  return (
    <>
      {cells.map((cell, at) => (
        <React.Fragment key={cell}>
          {at > 0 && ', '}
          <CellLink cell={cell} goTo={goTo} lab={lab} />
        </React.Fragment>
      ))}
    </>
  );
}
