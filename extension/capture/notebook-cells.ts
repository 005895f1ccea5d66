// The cells of one notebook, each showing its step and what its last execution did, for as long as the notebook is open.
import type { Cell, ICellModel } from '@jupyterlab/cells';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { paced } from '../ui/paced.ts';
import { dragBorder } from './border-drag.ts';
import { type CellDecoration, decorate } from './cell-decoration.tsx';
import { stepNameOf } from './cell-intent.ts';
import { cellMarks, executionLine, flowText, type LastRuns } from './cell-marks.ts';

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
      const onCell = (command: string) => () => {
        notebook.activeCellIndex = notebook.widgets.indexOf(cell);
        void commands.execute(command);
      };
      decoration = decorate(cell, {
        rename: onCell(COMMANDS.markStep),
        accept: onCell(COMMANDS.acceptStep),
        drag: (step, event) => dragBorder(panel, step, event)
      });
      decorations.set(cell, decoration);
    }
    return decoration;
  };

  /** Ours, or that of another tool whose marks make the steps. */
  const nameOf = (model: ICellModel) =>
    stepNameOf(model) ?? (state.steps?.pipeline.named ? state.stepOf(model.id)?.name : undefined);

  /** Of cells that are as they ran: an edited one is known to be due again. */
  const lastRuns = (): LastRuns => {
    const ran = new Map<string, number>();
    for (const { model } of notebook.widgets) {
      const execution = state.cells.get(model.id);
      const step = nameOf(model);
      if (step && execution?.state === 'ok' && execution.source === model.sharedModel.getSource())
        ran.set(step, Math.max(ran.get(step) ?? 0, execution.startTime));
    }
    return ran;
  };

  const suggestionAt = (at: number) => {
    const name = state.steps?.suggestedSteps[String(at)];
    return name === undefined
      ? undefined
      : { name, label: trans.__('Make this cell part of the step "%1"', name) };
  };

  const draw = () => {
    if (panel.isDisposed || !panel.model) return;
    const { bands, flow, results } = shown();
    const marks = cellMarks(
      notebook.widgets
        .filter(({ model }) => model.type === 'code')
        .map(({ model }) => ({ id: model.id, step: nameOf(model), source: '' })),
      state.steps,
      state.pipelineRun,
      trans,
      lastRuns()
    );
    notebook.widgets.forEach((cell, at) => {
      if (cell.model.type !== 'code') return;
      const { id, sharedModel } = cell.model;
      const mark = bands ? marks.get(id) : undefined;
      const step = flow && mark && cell === notebook.activeCell ? state.stepOf(id) : undefined;
      const suggested =
        bands && !mark && cell === notebook.activeCell ? suggestionAt(at) : undefined;
      const execution = results ? state.cells.get(id) : undefined;
      of(cell).show({
        mark,
        suggestion: suggested,
        flow: step && flowText(step, trans),
        line: execution && executionLine(execution, sharedModel.getSource(), state.metric, trans)
      });
    });
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
