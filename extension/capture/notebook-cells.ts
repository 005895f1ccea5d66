// The cells of one notebook, each showing its step and what its last execution did, for as long as the notebook is open.
import type { Cell } from '@jupyterlab/cells';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { paced } from '../ui/paced.ts';
import { type CellDecoration, decorate } from './cell-decoration.tsx';
import { stepNameOf } from './cell-intent.ts';
import { cellMarks, executionLine, flowText } from './cell-marks.ts';

export interface Shown {
  bands: boolean;
  flow: boolean;
  results: boolean;
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
      decoration = decorate(cell, () => {
        notebook.activeCellIndex = notebook.widgets.indexOf(cell);
        void commands.execute(COMMANDS.markStep);
      });
      decorations.set(cell, decoration);
    }
    return decoration;
  };

  const draw = () => {
    if (panel.isDisposed || !panel.model) return;
    const { bands, flow, results } = shown();
    const marks = cellMarks(
      notebook.widgets
        .filter(({ model }) => model.type === 'code')
        .map(({ model }) => ({ id: model.id, step: stepNameOf(model), source: '' })),
      state.steps,
      state.pipelineRun,
      trans
    );
    for (const cell of notebook.widgets) {
      if (cell.model.type !== 'code') continue;
      const { id, sharedModel } = cell.model;
      const mark = bands ? marks.get(id) : undefined;
      const step = flow && mark && cell === notebook.activeCell ? state.stepOf(id) : undefined;
      const execution = results ? state.cells.get(id) : undefined;
      of(cell).show({
        mark,
        flow: step && flowText(step, trans),
        line: execution && executionLine(execution, sharedModel.getSource(), state.metric, trans)
      });
    }
  };
  const soon = paced(60, async () => draw());
  state.changed.connect(soon.now);
  notebook.activeCellChanged.connect(soon.soon);
  void panel.context.ready.then(() => {
    if (panel.isDisposed) return;
    panel.model!.contentChanged.connect(soon.soon);
    draw();
  });
  panel.disposed.connect(() => {
    soon.stop();
    state.changed.disconnect(soon.now);
  });
  return { draw };
}
