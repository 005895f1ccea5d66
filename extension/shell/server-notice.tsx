import React from 'react';
import type { Lab } from '../tokens.ts';
import { Button } from '../ui/states.tsx';
import { useSignal } from '../ui/use-signal.ts';
import type { Remarks } from './remarks.ts';
import { stateSentence } from './server-words.ts';

interface ServerNoticeProps {
  lab: Lab;
  remarks: Remarks;
}

/** Why the panels below cannot be fresh, or what they cannot know; nothing on a good day. */
export function ServerNotice({
  lab: { client, trans },
  remarks
}: ServerNoticeProps): React.JSX.Element {
  useSignal(client.status.changed);
  useSignal(remarks.changed);
  const sentence = stateSentence(client.status.now, trans);
  if (sentence === undefined) {
    return remarks.text === undefined ? (
      <></>
    ) : (
      <p className="sl-notice sl-muted" role="status">
        {remarks.text}
      </p>
    );
  }
  return (
    <div className="sl-notice" role="status">
      <p>{sentence}</p>
      {client.status.now.state !== 'starting' && (
        <Button label={trans.__('Try again')} onClick={() => void client.status.check()} />
      )}
    </div>
  );
}
