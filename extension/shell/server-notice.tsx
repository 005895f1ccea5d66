import React from 'react';
import type { Lab } from '../tokens.ts';
import { Button } from '../ui/states.tsx';
import { useSignal } from '../ui/use-signal.ts';
import { stateSentence } from './server-words.ts';

/** Why the panels below cannot be fresh; nothing while the server is there. */
export function ServerNotice({ lab: { client, trans } }: { lab: Lab }): React.JSX.Element {
  useSignal(client.status.changed);
  const sentence = stateSentence(client.status.now, trans);
  if (sentence === undefined) return <></>;
  return (
    <div className="sl-notice" role="status">
      <p>{sentence}</p>
      {client.status.now.state !== 'starting' && (
        <Button label={trans.__('Try again')} onClick={() => void client.status.check()} />
      )}
    </div>
  );
}
