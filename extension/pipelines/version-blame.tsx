// The version that each line of each step is from, as of the chosen version.
import React from 'react';
import { blame } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Link, Loading } from '../ui/states.tsx';
import { formatAgo, useNow } from '../ui/time.tsx';
import type { VersionLine } from './version-words.ts';

interface VersionBlameProps {
  line: VersionLine;
  version: string;
  show(version: string): void;
  lab: Lab;
}

export function VersionBlame({ line, version, show, lab }: VersionBlameProps): React.JSX.Element {
  const { client, trans } = lab;
  const now = useNow(30_000);
  const found = useQuery(
    client,
    `${version} ${line.branch ?? ''}`,
    () => client.call(blame, { ...line, version }),
    () => false
  );
  if (found.error) return <QueryFailure error={found.error} retry={found.reload} trans={trans} />;
  if (!found.data) return <Loading rows={8} label={trans.__('Looking where each line is from')} />;
  return (
    <section aria-label={trans.__('Blame')}>
      {found.data.steps.map(({ step, lines }) => (
        <div key={step} className="sl-scroll-x" tabIndex={0} role="group" aria-label={step}>
          <table className="sl-table sl-blame">
            <caption>{step}</caption>
            <thead className="sl-unseen">
              <tr>
                <th scope="col">{trans.__('Version')}</th>
                <th scope="col">{trans.__('Line')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ line: number, text, version: from, author, time }, at) => {
                const isSame = lines[at - 1]?.version === from;
                return (
                  <tr key={number} className={isSame ? 'sl-same' : undefined}>
                    <td>
                      {!isSame && (
                        <>
                          <Link
                            label={from}
                            title={`${author}, ${new Date(time).toLocaleString()}`}
                            onClick={() => show(from)}
                          />{' '}
                          <span className="sl-muted">
                            {author} · {formatAgo(time, now, trans)}
                          </span>
                        </>
                      )}
                    </td>
                    <td className="sl-code">{text || ' '}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}
