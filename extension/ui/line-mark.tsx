import React from 'react';
import { lineColour } from './colours.ts';

/** The colour that a run or a group has in the charts beside. */
export function LineMark({ colour }: { colour: number }): React.JSX.Element {
  return (
    <span className="sl-line-mark" style={{ background: lineColour(colour) }} aria-hidden="true" />
  );
}
