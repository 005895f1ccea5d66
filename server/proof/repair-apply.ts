// Repairs put into the overlay, and those that did not help taken out again.
import type { Edge } from '../contract/analysis.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { Repair } from '../contract/proof.ts';
import type { Overlay } from './overlay.ts';

interface Target {
  overlay: Overlay;
  pipeline: Pipeline;
}

export function isNew({ overlay, pipeline }: Target, { kind, cells, names }: Repair): boolean {
  if (kind === 'together') {
    const steps = new Set(
      cells.map(cell => pipeline.steps.find(step => step.cells.includes(cell))?.name)
    );
    steps.delete(undefined);
    return steps.size > 1;
  }
  if (kind === 'again') return !overlay.again.has(cells[0]!);
  const edge = kind === 'input' ? 'value' : 'state';
  return !overlay.edges.some(
    ({ from, to, kind: known, names: before }) =>
      from === cells[0] &&
      to === cells[1] &&
      known === edge &&
      names.every(name => before.includes(name))
  );
}

/** @returns whether it is something new */
export function apply(target: Target, found: Repair): boolean {
  if (!isNew(target, found)) return false;
  const { overlay, pipeline } = target;
  const { kind, cells, names, reason } = found;
  let edge: Edge | undefined;
  if (kind === 'together') overlay.together.push(cells);
  else if (kind === 'again') overlay.again.add(cells[0]!);
  else {
    const [from, to] = cells as [number, number];
    const isStep = pipeline.steps.some(step => step.cells.includes(from));
    if (!isStep && kind === 'input') overlay.once.add(from);
    edge = {
      from,
      to,
      kind: kind === 'input' ? 'value' : 'state',
      names,
      certainty: 'must',
      reason: { fromLine: 1, toLine: 1, text: `${reason}.` }
    };
    overlay.edges.push(edge);
  }
  overlay.repairs.push({ repair: found, ...(edge ? { edge } : {}) });
  return true;
}

/** Edges that changed nothing only cost parallelism. */
export function withdraw({ overlay }: Target, repairs: Repair[]): void {
  const gone = overlay.repairs.filter(each => each.edge && repairs.includes(each.repair));
  overlay.edges = overlay.edges.filter(edge => !gone.some(each => each.edge === edge));
  overlay.repairs = overlay.repairs.filter(each => !gone.includes(each));
}
