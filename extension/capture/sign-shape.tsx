// One shape a state, so that none is told by its colour alone.
import React from 'react';
import type { Sign } from './cell-marks.ts';

const PATHS: Record<Exclude<Sign['state'], 'new'>, string> = {
  captured: 'M3 8.5 6.5 12 13 4.5',
  edited: 'M3 13l.7-3L11 2.8l2.2 2.2L6 12.3z',
  upstream: 'M8 14V3M3.5 7.5 8 3l4.5 4.5',
  order: 'M5 13V3M2.5 5.5 5 3l2.5 2.5M11 3v10M8.5 10.5 11 13l2.5-2.5',
  failed: 'M4 4l8 8M12 4l-8 8',
  running: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5',
  open: 'M5.5 5.5a2.5 2.5 0 1 1 3.6 2.2C8.3 8.2 8 8.7 8 9.7M8 12.5v.6'
};

export function SignShape({ state }: { state: Sign['state'] }): React.JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
      <path d={state === 'new' ? '' : PATHS[state]} />
    </svg>
  );
}
