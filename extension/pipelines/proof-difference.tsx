import React from 'react';
import type { Difference } from '../../server/contract/proof.ts';
import type { Lab } from '../tokens.ts';
import { CellLink } from './cell-links.tsx';

interface ProofDifferenceProps {
  difference: Difference;
  goTo(cell: number): void;
  lab: Lab;
}

/** One difference, side by side. */
export function ProofDifference({
  difference,
  goTo,
  lab
}: ProofDifferenceProps): React.JSX.Element {
  const { trans } = lab;
  const { cell, what, name, place, notebook, pipeline, figures } = difference;
  const words: Record<Difference['what'], string> = {
    text: trans.__('Printed text differs'),
    result: trans.__('The result differs'),
    display: trans.__('What is displayed differs'),
    figure: trans.__('The figure differs'),
    error: trans.__('The error differs'),
    stderr: trans.__('Standard error differs'),
    value: trans.__('The value of %1 differs', name ?? '')
  };
  const sides = [
    [trans.__('Notebook'), notebook, figures?.notebook],
    [trans.__('Pipeline'), pipeline, figures?.pipeline]
  ] as const;
  return (
    <section className="sl-difference">
      <h3>
        {words[what]}: <CellLink cell={cell} goTo={goTo} lab={lab} />
        {place && <span className="sl-muted">, {place}</span>}
      </h3>
      <div className="sl-sides">
        {sides.map(([side, text, figure]) => (
          <figure key={side}>
            <figcaption>{side}</figcaption>
            {figure ? (
              <img src={`data:image/png;base64,${figure}`} alt={`${side}: ${text}`} />
            ) : (
              <pre tabIndex={0} aria-label={side}>
                {text || trans.__('(nothing)')}
              </pre>
            )}
          </figure>
        ))}
      </div>
    </section>
  );
}
