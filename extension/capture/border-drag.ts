// The label of a step, dragged: the step begins at the cell where it is let go. Escape leaves everything as it was.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { applyChanges, editedCells } from './notebook-edits.ts';
import { borderMoved } from './step-edits.ts';

const TARGET = 'sl-border-target';
/** Less than this is a click. */
const SLACK = 5;

export function dragBorder(panel: NotebookPanel, step: string, begun: PointerEvent): void {
  let target: HTMLElement | undefined;
  let moving = false;
  const mark = (next: HTMLElement | undefined) => {
    if (next === target) return;
    target?.classList.remove(TARGET);
    next?.classList.add(TARGET);
    target = next;
  };
  const move = (event: PointerEvent) => {
    moving ||= Math.abs(event.clientY - begun.clientY) > SLACK;
    if (!moving) return;
    event.preventDefault();
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const cell = under?.closest<HTMLElement>('.jp-CodeCell');
    mark(cell && panel.content.node.contains(cell) ? cell : undefined);
  };
  const end = (event: Event) => {
    const at = panel.content.widgets.findIndex(({ node }) => node === target);
    mark(undefined);
    stop.abort();
    if (event.type !== 'pointerup' || !moving || at < 0) return;
    // The click that follows would ask for another name.
    document.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener('click', swallow, { capture: true }));
    applyChanges(panel, borderMoved(editedCells(panel), step, at));
  };
  const stop = new AbortController();
  const heard = { signal: stop.signal, capture: true };
  document.addEventListener('pointermove', move, heard);
  document.addEventListener('pointerup', end, heard);
  document.addEventListener('pointercancel', end, heard);
  document.addEventListener('keydown', event => event.key === 'Escape' && end(event), heard);
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
