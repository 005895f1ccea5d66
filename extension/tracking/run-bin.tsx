// Deleting runs, many at once, and taking them back: nothing is asked, everything can be undone.
import React, { useState } from 'react';
import { deleteRuns, restoreRuns } from '../client/routes.ts';
import type { Lab } from '../tokens.ts';
import { Button } from '../ui/states.tsx';

export interface Bin {
  /** The table shows deleted runs. */
  shown: boolean;
  show(shown: boolean): void;
  /** Those that were moved last, and which way. */
  last: { runIds: readonly string[]; to: 'deleted' | 'active' } | undefined;
  /** Into the bin; out of it when the bin is shown. */
  remove(runIds: readonly string[]): Promise<boolean>;
  undo(): Promise<void>;
}

export function useRunBin({ client, act }: Lab): Bin {
  const [shown, show] = useState(false);
  const [last, setLast] = useState<Bin['last']>();
  const move = (runIds: readonly string[], to: 'deleted' | 'active') =>
    act(() => client.call(to === 'deleted' ? deleteRuns : restoreRuns, { runIds: [...runIds] }));
  return {
    shown,
    show(next) {
      show(next);
      setLast(undefined);
    },
    last,
    async remove(runIds) {
      const to = shown ? 'active' : 'deleted';
      const moved = await move(runIds, to);
      if (moved) setLast({ runIds: moved.runIds, to });
      return moved !== undefined;
    },
    async undo() {
      if (!last) return;
      const moved = await move(last.runIds, last.to === 'deleted' ? 'active' : 'deleted');
      if (moved) setLast(undefined);
    }
  };
}

interface RunBinProps {
  lab: Lab;
  bin: Bin;
  chosen: number;
  remove(): void;
  reload(): void;
}

export function RunBin({ lab, bin, chosen, remove, reload }: RunBinProps): React.JSX.Element {
  const { trans } = lab;
  const { last } = bin;
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={bin.shown}
          onChange={event => bin.show(event.target.checked)}
        />{' '}
        {trans.__('deleted ones')}
      </label>
      <span className="sl-fill" />
      <span role="status">
        {last &&
          (last.to === 'deleted'
            ? trans._n('%1 run deleted.', '%1 runs deleted.', last.runIds.length)
            : trans._n('%1 run taken back.', '%1 runs taken back.', last.runIds.length))}
      </span>
      {last && <Button label={trans.__('Undo')} onClick={() => void bin.undo().then(reload)} />}
      {chosen > 0 && (
        <Button
          label={bin.shown ? trans.__('Take back %1', chosen) : trans.__('Delete %1', chosen)}
          onClick={remove}
        />
      )}
    </>
  );
}
