// The proof of one notebook: equal, with what was compared; or the first difference side by side, with what was tried.
import React from 'react';
import type { Proof } from '../../server/contract/proof.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { listProofs } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Button, Empty, Failing, Loading } from '../ui/states.tsx';
import { CellLink, CellLinks } from './cell-links.tsx';
import { ProofDifference } from './proof-difference.tsx';
import { Repairs } from './proof-repairs.tsx';

export interface ProofPageActions {
  prove(path: string): Promise<void>;
  cancel(proofId: string): Promise<void>;
  goTo(path: string, cell: number): Promise<void>;
}

interface ProofPageProps {
  lab: Lab;
  /** The notebook's absolute path. */
  id: string;
}

export function createProofPage(actions: ProofPageActions) {
  return function ProofPage({ lab, id: path }: ProofPageProps): React.JSX.Element {
    const { client, trans } = lab;
    const proofs = useQuery(
      client,
      path,
      () => client.call(listProofs, { notebook: path }),
      event => event.type === 'proof-changed' && event.notebook === path
    );
    const again = () => void lab.act(() => actions.prove(path));
    if (proofs.error && !proofs.data)
      return <QueryFailure error={proofs.error} retry={proofs.reload} trans={trans} />;
    if (!proofs.data) return <Loading label={trans.__('Reading the proof')} />;
    const [proof] = proofs.data.items;
    if (!proof)
      return (
        <Empty
          text={trans.__('This notebook has not been proved yet.')}
          action={{ label: trans.__('Prove it'), run: again }}
        />
      );
    const goTo = (cell: number) => void lab.act(() => actions.goTo(path, cell));
    return (
      <article
        className="sl-proof"
        aria-label={trans.__('Proof of %1', path.split('/').pop()!)}
        aria-live="polite"
      >
        <header className="sl-page-head">
          <Verdict proof={proof} lab={lab} />
          <span className="sl-fill" />
          {proof.state === 'running' ? (
            <Button
              label={trans.__('Stop')}
              onClick={() => void lab.act(() => actions.cancel(proof.proofId))}
            />
          ) : (
            <Button label={trans.__('Prove again')} onClick={again} />
          )}
        </header>
        {proof.state === 'running' && <p role="status">{proof.phase}</p>}
        {proof.problem && <Failing problem={proof.problem} trans={trans} />}
        {proof.stopped && (
          <p>
            <CellLink cell={proof.stopped.cell} goTo={goTo} lab={lab} /> {proof.stopped.reason}
          </p>
        )}
        {proof.state === 'done' && !proof.stopped && (
          <Outcome proof={proof} goTo={goTo} lab={lab} />
        )}
      </article>
    );
  };
}

function Verdict({ proof, lab: { trans } }: { proof: Proof; lab: Lab }): React.JSX.Element {
  const { state, equal, stopped } = proof;
  if (state === 'running') return <h2>{trans.__('Being proved')}</h2>;
  if (state === 'cancelled') return <h2>{trans.__('Stopped')}</h2>;
  if (state === 'failed') return <h2>{trans.__('Not proved')}</h2>;
  if (stopped)
    return (
      <h2 className="sl-verdict-bad">
        {trans.__('Not proved: the notebook itself does not get to its end')}
      </h2>
    );
  return equal ? (
    <h2 className="sl-verdict-good">
      {trans.__('Equal: the pipeline gives what the notebook gives')}
    </h2>
  ) : (
    <h2 className="sl-verdict-bad">{trans.__('Not equal')}</h2>
  );
}

interface PartProps {
  proof: Proof;
  goTo(cell: number): void;
  lab: Lab;
}

function Outcome({ proof, goTo, lab }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const [first, ...others] = proof.differences;
  return (
    <>
      {first && <ProofDifference difference={first} goTo={goTo} lab={lab} />}
      {others.length > 0 && (
        <details>
          <summary>{trans._n('%1 more difference', '%1 more differences', others.length)}</summary>
          {others.map((difference, at) => (
            <ProofDifference key={at} difference={difference} goTo={goTo} lab={lab} />
          ))}
        </details>
      )}
      <Repairs proof={proof} goTo={goTo} lab={lab} />
      <Compared proof={proof} goTo={goTo} lab={lab} />
      {proof.notes.map(note => (
        <p key={note} className="sl-muted">
          {note}
        </p>
      ))}
    </>
  );
}

/** What the verdict rests on, and what it leaves out. */
function Compared({ proof, goTo, lab }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const { cells, volatile, equalCells, closeCells, values, steps, parallelism, raises } = proof;
  const crossing = values.equal + values.close + values.different;
  const took = Math.round(((proof.endTime ?? proof.startTime) - proof.startTime) / 1000);
  const rows: [string, React.ReactNode][] = [
    [
      trans.__('Cells'),
      trans.__(
        '%1 of %2 show the same: text, results, figures, errors',
        equalCells + closeCells,
        cells - volatile.length
      )
    ],
    [
      trans.__('Values between steps'),
      crossing === 0
        ? trans.__('None that can be compared')
        : trans.__('%1 of %2 are the same', values.equal + values.close, crossing)
    ],
    [trans.__('Steps'), trans.__("%1, run in the order least like the notebook's", steps)],
    [
      trans.__('Parallelism'),
      trans.__('%1 (0: one after another, 1: all at once)', parallelism.toFixed(2))
    ],
    [trans.__('Took'), trans._n('%1 second', '%1 seconds', took)]
  ];
  if (closeCells + values.close > 0)
    rows.push([
      trans.__('Nearly equal'),
      trans.__('%1 cells and %2 values differ by less than 1e-9', closeCells, values.close)
    ]);
  if (volatile.length > 0)
    rows.push([
      trans.__('Left out'),
      <>
        {trans.__('Different in each run of the notebook itself:')}{' '}
        <CellLinks cells={volatile} goTo={goTo} lab={lab} />
      </>
    ]);
  const partly = [...new Set(proof.notCompared.map(({ cell }) => cell))];
  if (partly.length > 0)
    rows.push([
      trans.__('Standard error'),
      <>
        {trans.__('Not all of it can be compared:')}{' '}
        <CellLinks cells={partly} goTo={goTo} lab={lab} />
        <ul>
          {[...new Set(proof.notCompared.map(({ reason }) => reason))].map(reason => (
            <li key={reason} className="sl-muted">
              {reason}
            </li>
          ))}
        </ul>
      </>
    ]);
  if (raises.length > 0)
    rows.push([
      trans.__('Raise'),
      <>
        {trans.__('In the notebook as in the pipeline:')}{' '}
        <CellLinks cells={raises} goTo={goTo} lab={lab} />
      </>
    ]);
  return (
    <section>
      <h3>{trans.__('What was compared')}</h3>
      <table className="sl-table">
        <tbody>
          {rows.map(([label, content]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{content}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
