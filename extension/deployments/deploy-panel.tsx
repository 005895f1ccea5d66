// The sidebar's list of prediction services.
import React from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { listEndpoints } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { Entry } from '../ui/entry.tsx';
import { List } from '../ui/list.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { Button, Empty, Loading } from '../ui/states.tsx';
import { useBeat } from '../ui/use-beat.ts';
import { endpointState, endpointWords, MARKS } from './endpoint-words.ts';

/** Counters are no events: they are asked for while they are looked at. */
export const COUNTER_BEAT = 3000;

export function DeployPanel({ lab }: { lab: Lab }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const endpoints = useQuery(
    client,
    'endpoints',
    () => client.call(listEndpoints, {}),
    event => event.type === 'endpoint-changed'
  );
  const items = endpoints.data?.items ?? [];
  useBeat(COUNTER_BEAT, items.length > 0, endpoints.reload);
  const deploy = () => void commands.execute(COMMANDS.deploy);
  return (
    <>
      {endpoints.error && !endpoints.data && (
        <QueryFailure error={endpoints.error} retry={endpoints.reload} trans={trans} />
      )}
      {endpoints.loading && <Loading label={trans.__('Reading the endpoints')} />}
      {endpoints.data && items.length === 0 && (
        <Empty
          text={trans.__(
            'A deployed model answers predictions on this machine, and follows its champion.'
          )}
          action={{ label: trans.__('Deploy…'), run: deploy }}
        />
      )}
      <List
        items={items}
        idOf={({ name }) => name}
        rowHeight={46}
        label={trans.__('Endpoints')}
        open={({ name }) => lab.openPage('endpoint', name, name)}
        row={endpoint => (
          <Entry
            mark={MARKS[endpoint.state]}
            state={endpointState(endpoint.state, trans)}
            name={endpoint.name}
            value={trans._n(
              '%2 request',
              '%2 requests',
              endpoint.requests,
              formatNumber(endpoint.requests)
            )}
            valueTitle={trans.__('Answered since it was deployed')}
            detail={endpointWords(endpoint, trans)}
            trans={trans}
          />
        )}
      />
      {items.length > 0 && (
        <div className="sl-actions">
          <Button primary label={trans.__('Deploy…')} onClick={deploy} />
        </div>
      )}
    </>
  );
}
