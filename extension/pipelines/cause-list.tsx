import React from 'react';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { Cause, explainChange } from '../../server/contract/pipelines.ts';
import type { Lab } from '../tokens.ts';
import { Diff } from '../ui/diff.tsx';
import { NOTHING } from '../ui/numbers.ts';

interface CauseListProps {
  lab: Lab;
  found: ResponseOf<typeof explainChange>;
}

/** What differs, in the order in which it is likely to be the reason; and what nobody can know. */
export function CauseList({ lab: { trans }, found }: CauseListProps): React.JSX.Element {
  const { from, to, causes, unknown } = found;
  const words: Record<Cause['kind'], string> = {
    cell: trans.__('code'),
    param: trans.__('param'),
    data: trans.__('data'),
    package: trans.__('package')
  };
  return (
    <section aria-live="polite" aria-label={trans.__('What changed')}>
      <h3>
        {causes.length === 0
          ? trans.__('Nothing that is known differs between %1 and %2', from, to)
          : trans._n(
              '%1 difference from %2 to %3, the likeliest first',
              '%1 differences from %2 to %3, the likeliest first',
              causes.length,
              from,
              to
            )}
      </h3>
      <ol className="sl-causes">
        {causes.map(({ kind, what, from: was, to: is, lines }) => (
          <li key={`${kind} ${what}`}>
            <span className="sl-muted">{words[kind]}</span> <b>{what}</b>{' '}
            {(was ?? is) !== undefined && (
              <span>
                {was ?? NOTHING} → {is ?? NOTHING}
              </span>
            )}
            {lines && lines.length > 0 && <Diff lines={lines} />}
          </li>
        ))}
      </ol>
      {unknown.map(sentence => (
        <p key={sentence} className="sl-muted">
          {sentence}
        </p>
      ))}
    </section>
  );
}
