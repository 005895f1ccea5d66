import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { Link } from '../ui/states.tsx';
import { edgeLines } from './edge-text.ts';

interface EdgeFactsProps {
  pipeline: Pipeline;
  from: string;
  to: string;
  choose(step: string): void;
  trans: TranslationBundle;
}

/** Why one step waits for another: what crosses, and the lines that say so. */
export function EdgeFacts(props: EdgeFactsProps): React.JSX.Element {
  const { pipeline, from, to, choose, trans } = props;
  return (
    <section className="sl-detail" aria-label={trans.__('From %1 to %2', from, to)}>
      <h3>
        <span>
          <Link label={from} onClick={() => choose(from)} /> →{' '}
          <Link label={to} onClick={() => choose(to)} />
        </span>
      </h3>
      <dl className="sl-names">
        {edgeLines(pipeline, from, to, trans).map(({ what, why }) => (
          <React.Fragment key={what}>
            <dt>{trans.__('carries')}</dt>
            <dd>
              <b>{what}</b>
              {why && <span className="sl-why">{why}</span>}
            </dd>
          </React.Fragment>
        ))}
      </dl>
    </section>
  );
}
