// One prediction service: where it is, how to call it, how it does, what it switched to, and how to stop it.
import { Clipboard } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import type { Endpoint } from '../../server/contract/deployments.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getEndpoint } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useBeat } from '../ui/use-beat.ts';
import { COUNTER_BEAT } from './deploy-panel.tsx';
import { endpointState, MARKS, served } from './endpoint-words.ts';

export function EndpointPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const endpoint = useQuery(
    client,
    id,
    () => client.call(getEndpoint, { name: id }),
    event => event.type === 'endpoint-changed' && event.name === id
  );
  useBeat(COUNTER_BEAT, endpoint.data !== undefined, endpoint.reload);
  if (endpoint.error && !endpoint.data)
    return <QueryFailure error={endpoint.error} retry={endpoint.reload} trans={trans} />;
  if (!endpoint.data) return <Loading rows={6} label={trans.__('Reading the endpoint')} />;
  const { state, detail, model } = endpoint.data;
  return (
    <article aria-label={id}>
      <div className="sl-page-head">
        <h2>{id}</h2>
        <span className="sl-fill" />
        {state === 'stopped' || state === 'failed' ? (
          <Button
            primary
            label={trans.__('Deploy again')}
            onClick={() => void commands.execute(COMMANDS.deploy, { model, name: id })}
          />
        ) : (
          <Button
            label={trans.__('Stop')}
            title={trans.__(
              '%1 requests so far; nobody gets an answer any more',
              formatNumber(endpoint.data.requests)
            )}
            onClick={() => void commands.execute(COMMANDS.stopEndpoint, { name: id })}
          />
        )}
      </div>
      <p className="sl-muted">
        <span className={`sl-mark-${MARKS[state]}`}>{endpointState(state, trans)}</span>
        {' · '}
        <Link label={served(endpoint.data)} onClick={() => lab.openPage('model', model, model)} />
        {detail && ` · ${detail}`}
      </p>
      <Counters endpoint={endpoint.data} lab={lab} />
      <Call endpoint={endpoint.data} lab={lab} />
      <Switches endpoint={endpoint.data} lab={lab} />
    </article>
  );
}

interface PartProps {
  endpoint: Endpoint;
  lab: Lab;
}

function Counters({
  endpoint: { requests, errors, p50, p95 },
  lab: { trans }
}: PartProps): React.JSX.Element {
  const figures: [string, string, string?][] = [
    [trans.__('Requests'), formatNumber(requests)],
    [trans.__('Failed'), formatNumber(errors), errors > 0 ? 'sl-bad' : undefined],
    [trans.__('p50'), p50 === undefined ? '–' : `${formatNumber(p50)} ms`],
    [trans.__('p95'), p95 === undefined ? '–' : `${formatNumber(p95)} ms`]
  ];
  return (
    <dl className="sl-figures">
      {figures.map(([name, value, tone]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={tone}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const LANGUAGES = { curl: 'curl', python: 'Python', typescript: 'TypeScript' } as const;

function Call({
  endpoint: { url, token, snippets },
  lab: { trans }
}: PartProps): React.JSX.Element {
  const [language, choose] = useState<keyof typeof LANGUAGES>('curl');
  const [copied, setCopied] = useState(false);
  const copy = (text: string) => {
    Clipboard.copyToSystem(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <section>
      <h3>{trans.__('Call it')}</h3>
      <p>
        <span className="sl-code">{url}</span>{' '}
        <Link label={trans.__('Copy address')} onClick={() => copy(url)} />
        {token && (
          <>
            {' · '}
            <Link label={trans.__('Copy token')} onClick={() => copy(token)} />
          </>
        )}
      </p>
      <div className="sl-snippet-head">
        <div role="radiogroup" aria-label={trans.__('Language')}>
          {(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).map(key => (
            <button
              key={key}
              type="button"
              role="radio"
              aria-checked={key === language}
              onClick={() => choose(key)}
            >
              {LANGUAGES[key]}
            </button>
          ))}
        </div>
        <Button
          label={copied ? trans.__('Copied') : trans.__('Copy call')}
          onClick={() => copy(snippets[language])}
        />
      </div>
      <pre className="sl-source" tabIndex={0}>
        {snippets[language]}
      </pre>
    </section>
  );
}

function Switches({ endpoint: { switches }, lab: { trans } }: PartProps): React.JSX.Element {
  if (switches.length === 0) return <></>;
  return (
    <section>
      <h3>{trans.__('What happened')}</h3>
      <table className="sl-table">
        <tbody>
          {switches.map(({ time, from, to }) => (
            <tr key={time}>
              <td>
                <Ago time={time} trans={trans} />
              </td>
              <td>
                {from === undefined
                  ? trans.__('v%1 takes all requests', to)
                  : trans.__('v%1 takes all requests in place of v%2', to, from)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
