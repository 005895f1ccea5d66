// The cells of one notebook, each showing its step and what its last execution did, for as long as the notebook is open.
import type { Cell, ICellModel } from '@jupyterlab/cells';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { paced } from '../ui/paced.ts';
import { dragBorder } from './border-drag.ts';
import { type CellDecoration, decorate } from './cell-decoration.tsx';
import { stepNameOf } from './cell-intent.ts';
import type { Flow } from './cell-flow.tsx';
import { cellMarks, cellSign, executionLine } from './cell-marks.ts';
import { chooseWriter } from './notebook-edits.ts';

export interface Shown {
  bands: boolean;
  flow: boolean;
  results: boolean;
  signs: boolean;
}

export interface NotebookCells {
  draw(): void;
}

export function followCells(
  state: NotebookState,
  shown: () => Shown,
  { commands, trans }: Lab
): NotebookCells {
  const { panel } = state;
  const notebook = panel.content;
  const decorations = new WeakMap<Cell, CellDecoration>();

  const of = (cell: Cell): CellDecoration => {
    let decoration = decorations.get(cell);
    if (!decoration) {
      const onCell = (command: string) => () => {
        notebook.activeCellIndex = notebook.widgets.indexOf(cell);
        void commands.execute(command);
      };
      const actions = {
        rename: onCell(COMMANDS.markStep),
        accept: onCell(COMMANDS.acceptStep),
        drag: (step: string, event: PointerEvent) => dragBorder(panel, step, event),
        runNeeded: onCell(COMMANDS.runNeeded),
        show: state.showCell,
        choose: (name: string, choice: string | undefined) =>
          chooseWriter(panel, cell.model, name, choice)
      };
      decoration = decorate(cell, actions, trans);
      decorations.set(cell, decoration);
    }
    return decoration;
  };

  /** Ours, or that of another tool whose marks make the steps. */
  const nameOf = (model: ICellModel) =>
    stepNameOf(model) ?? (state.steps?.pipeline.named ? state.stepOf(model.id)?.name : undefined);

  const suggestionAt = (at: number) => {
    const name = state.steps?.suggestedSteps[String(at)];
    return name === undefined
      ? undefined
      : { name, label: trans.__('Make this cell part of the step "%1"', name) };
  };

  const versionNow = () => state.steps?.latest?.version;
  const signOf = (id: string) => {
    const standing = state.standings.get(id);
    return standing && cellSign(standing, versionNow(), trans);
  };
  /** What waits for an answer is shown also at cells that are not active. */
  const flowOf = (id: string, isActive: boolean): Flow | undefined => {
    const standing = state.standings.get(id);
    const isOpen = standing?.ambiguities.some(({ chosen }) => chosen === undefined);
    return standing && (isActive || isOpen)
      ? { standing, version: versionNow(), whole: isActive }
      : undefined;
  };

  const draw = () => {
    if (panel.isDisposed || !panel.model) return;
    const { bands, flow, results, signs } = shown();
    const marks = cellMarks(
      notebook.widgets
        .filter(({ model }) => model.type === 'code')
        .map(({ model }) => ({ id: model.id, step: nameOf(model) })),
      state.steps,
      state.pipelineRun,
      trans,
      state.stepStandings
    );
    notebook.widgets.forEach((cell, at) => {
      if (cell.model.type !== 'code') return;
      const { id, sharedModel } = cell.model;
      const mark = bands ? marks.get(id) : undefined;
      const isActive = cell === notebook.activeCell;
      const suggested = bands && !mark && isActive ? suggestionAt(at) : undefined;
      const execution = results ? state.cells.get(id) : undefined;
      of(cell).show({
        mark,
        suggestion: suggested,
        sign: signs ? signOf(id) : undefined,
        flow: flow ? flowOf(id, isActive) : undefined,
        line: execution && executionLine(execution, sharedModel.getSource(), state.metric, trans)
      });
    });
  };
  const soon = paced(60, async () => draw());
  state.changed.connect(soon.now);
  const pointer = followPointer();
  notebook.activeCellChanged.connect(() => pointer.whenUp(soon.soon));
  void panel.context.ready.then(() => {
    if (panel.isDisposed) return;
    panel.model!.contentChanged.connect(soon.soon);
    draw();
  });
  panel.disposed.connect(() => {
    soon.stop();
    pointer.stop();
    state.changed.disconnect(soon.now);
  });
  return { draw };
}

/** Rows that come and go must not move what is being clicked from under the pointer. */
function followPointer() {
  const stop = new AbortController();
  const heard = { capture: true, signal: stop.signal };
  let isDown = false;
  let waiting: (() => void) | undefined;
  const up = () => {
    isDown = false;
    waiting?.();
    waiting = undefined;
  };
  document.addEventListener('pointerdown', () => (isDown = true), heard);
  document.addEventListener('pointerup', up, heard);
  document.addEventListener('pointercancel', up, heard);
  return {
    whenUp(work: () => void): void {
      if (isDown) waiting = work;
      else work();
    },
    stop: () => stop.abort()
  };
}
