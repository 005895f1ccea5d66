// From a point of a curve to the cell that made it.
import type { CellExecution } from '../../server/contract/tracking.ts';
import type { Lab } from '../tokens.ts';

export interface PickedPoint {
  metric: string;
  time: number;
}

/** Clocks of kernel and browser are one machine's; a point may be stamped a little after its cell was said to end. */
const SLACK = 1000;

/** The execution that logged the metric and ran at that time; else the only one, or the last before, that logged it. */
export function cellOfPoint(
  cells: readonly CellExecution[],
  { metric, time }: PickedPoint
): CellExecution | undefined {
  const loggers = cells.filter(({ metrics }) => metrics.includes(metric));
  const running = ({ startTime, endTime }: CellExecution) =>
    startTime <= time && time <= (endTime ?? Infinity) + SLACK;
  return (
    loggers.find(running) ??
    loggers.findLast(({ startTime }) => startTime <= time) ??
    cells.find(running)
  );
}

/** Shows a cell in its notebook, where there is one to be shown. */
export interface CellOpener {
  open(lab: Lab, notebook: string | undefined, cellId: string): void;
}
