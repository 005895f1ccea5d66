import React from 'react';
import type { Proof, Repair } from '../../server/contract/proof.ts';
import type { Lab } from '../tokens.ts';
import { CellLinks } from './cell-links.tsx';

interface RepairsProps {
  proof: Proof;
  goTo(cell: number): void;
  lab: Lab;
}

/** What the proof changed in the pipeline: kept, and there in the next run, capture and export. */
export function Repairs({ proof, goTo, lab }: RepairsProps): React.JSX.Element | null {
  const { trans } = lab;
  const { repairs, equal } = proof;
  if (repairs.length === 0) return null;
  const words: Record<Repair['kind'], string> = {
    input: trans.__('Handed on'),
    state: trans.__('Hidden state handed on'),
    together: trans.__('Kept in one step'),
    again: trans.__('Run in each step')
  };
  return (
    <section>
      <h3>{equal ? trans.__('Repaired') : trans.__('Tried')}</h3>
      <p className="sl-muted">
        {equal
          ? trans.__('Kept with the steps: the next run, capture and export have it.')
          : trans.__('None of it made the pipeline equal, so none of it is kept.')}
      </p>
      <ul className="sl-repairs">
        {repairs.map(({ kind, cells, reason }, at) => (
          <li key={at}>
            <strong>{words[kind]}</strong> <CellLinks cells={cells} goTo={goTo} lab={lab} />
            <div className="sl-muted">{reason}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}
