import React from 'react';
import { DagLines } from '../ui/dag-lines.tsx';
import { layLanes } from '../ui/lanes.ts';
import { dagWidth } from '../ui/dag-lines.tsx';
import { List } from '../ui/list.tsx';
import { formatDuration } from '../ui/numbers.ts';
import type { StepRow } from './step-rows.ts';

const ROW = 27;

interface StepsListProps {
  rows: readonly StepRow[];
  selected: string | undefined;
  select(step: string): void;
  label: string;
}

/** The steps from first to last, with the lines of what needs what beside them. */
export function StepsList({ rows, selected, select, label }: StepsListProps): React.JSX.Element {
  const nodes = rows.map(({ step, parents, mark }) => ({ id: step.name, parents, mark }));
  const left = dagWidth(layLanes(nodes).width) + 6;
  return (
    <div className="sl-steps" style={{ ['--sl-dag-width' as string]: `${left}px` }}>
      <DagLines nodes={nodes} rowHeight={ROW} />
      <List
        items={rows}
        idOf={({ step }) => step.name}
        rowHeight={ROW}
        label={label}
        selected={selected}
        select={({ step }) => select(step.name)}
        row={row => <Row {...row} />}
      />
    </div>
  );
}

function Row({ step, mark, word, reason, duration }: StepRow): React.JSX.Element {
  return (
    <div className="sl-step" title={reason || undefined} data-step={step.name} data-state={mark}>
      <span className="sl-clip">{step.name}</span>
      <span className={`sl-step-word sl-mark-${mark} ${QUIET.has(mark) ? 'sl-calm' : ''}`}>
        {word}
      </span>
      <span className="sl-muted sl-number">
        {duration === undefined ? '' : formatDuration(duration)}
      </span>
    </div>
  );
}

/** States that need no colour: the dot beside them has it. */
const QUIET = new Set(['captured', 'cached', 'done', 'waiting', 'new', 'skipped', 'cancelled']);
