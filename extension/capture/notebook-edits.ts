// Edits of steps put into the notebook: all of one in one transaction, so that one undo takes it back and two people do not mix.
import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { clearStep, setStep, setWriter, stepNameOf } from './cell-intent.ts';
import type { EditedCell, Move, StepChanges } from './step-edits.ts';

export function editedCells({ content }: NotebookPanel): EditedCell[] {
  return content.widgets.map(({ model }) => ({
    code: model.type === 'code',
    step: model.type === 'code' ? stepNameOf(model) : undefined
  }));
}

/** @returns whether anything changed. */
export function applyChanges(panel: NotebookPanel, changes: StepChanges): boolean {
  const before = editedCells(panel);
  const real = [...changes].filter(([at, step]) => before[at]?.code && before[at].step !== step);
  if (real.length === 0) return false;
  asOneAction(panel, () => {
    for (const [at, step] of real) {
      const { model } = panel.content.widgets[at]!;
      if (step === undefined) clearStep(model);
      else setStep(model, step);
    }
  });
  return true;
}

export function applyMove(panel: NotebookPanel, { from, count, to }: Move): void {
  // Downwards the shared model counts to where the last of the cells is to be.
  const target = to < from ? to : to + count - 1;
  asOneAction(panel, () => panel.model!.sharedModel.moveCells(from, target, count));
}

/** @param choice undefined leaves it open again */
export function chooseWriter(
  panel: NotebookPanel,
  cell: ICellModel,
  name: string,
  choice: string | undefined
): void {
  asOneAction(panel, () => setWriter(cell, name, choice));
}

/** Cell metadata is not undone by itself; as part of a transaction of the notebook it is. */
function asOneAction({ model }: NotebookPanel, edit: () => void): void {
  if (!model) return;
  const { sharedModel } = model;
  // What follows within half a second would otherwise be taken back by the same undo.
  const { undoManager } = sharedModel as { undoManager?: { stopCapturing(): void } };
  undoManager?.stopCapturing();
  sharedModel.transact(edit, true);
  undoManager?.stopCapturing();
}
