import React from 'react';
import { getLevels } from '../client/routes.ts';
import { useEvents } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { useSignal } from '../ui/use-signal.ts';
import { stateWord } from './server-words.ts';

/** Events after which a rung may have been reached. */
const CLIMBING = new Set([
  'version-captured',
  'pipeline-run-changed',
  'pipeline-exported',
  'alias-moved',
  'endpoint-changed'
]);
/** Every cell changes its run, and the server weighs all that is stored: it is asked when cells have been quiet for a moment. */
const RUN_PAUSE = 3_000;

export function Header({ lab }: { lab: Lab }): React.JSX.Element {
  const { client, trans } = lab;
  useSignal(client.status.changed);
  const levels = useQuery(
    client,
    'levels',
    () => client.call(getLevels, {}),
    event => CLIMBING.has(event.type)
  );
  useEvents(client, RUN_PAUSE, ({ type }) => type === 'run-changed', levels.reload);
  const { state, workspace } = client.status.now;
  const level = levels.data?.level ?? -1;
  return (
    <div className="sl-header">
      <Rungs reached={level + 1} />
      <span className="sl-project" title={workspace}>
        {workspace.split('/').pop() || 'Stepladder'}
      </span>
      <span className="sl-muted sl-level">
        {level < 0 ? trans.__('no level yet') : trans.__('level %1 of 2', level)}
      </span>
      <span className={`sl-server sl-server-${state}`} role="status">
        <span className="sl-dot" aria-hidden="true" />
        {stateWord(state, trans)}
      </span>
    </div>
  );
}

/** Three rungs, filled from below. */
function Rungs({ reached }: { reached: number }): React.JSX.Element {
  return (
    <svg className="sl-rungs" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {[0, 1, 2].map(rung => (
        <rect
          key={rung}
          className={rung < reached ? 'sl-reached' : ''}
          x="1"
          y={12 - rung * 5}
          width="14"
          height="3"
          rx="1"
        />
      ))}
    </svg>
  );
}
