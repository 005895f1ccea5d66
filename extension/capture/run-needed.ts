// "Run what this cell needs": the cells above it that are stale or have not run, in order, then the cell; to the first error.
import { type ISessionContextDialogs, Notification } from '@jupyterlab/apputils';
import { type INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  COMMANDS,
  type INotebooks,
  type IRecorder,
  type IShell,
  type NotebookState
} from '../tokens.ts';

interface RunParts {
  dialogs: ISessionContextDialogs | null;
  recorder: IRecorder | null;
}

export function addRunNeeded(
  { lab, addCommand }: IShell,
  notebooks: INotebooks,
  tracker: INotebookTracker,
  parts: RunParts
): void {
  const { trans } = lab;
  addCommand(COMMANDS.runNeeded, {
    label: trans.__('Run what this cell needs'),
    caption: trans.__(
      'Run the cells above that are stale or have not run in this kernel, then this one'
    ),
    isEnabled: () => tracker.activeCell?.model.type === 'code',
    execute: () => {
      const state = notebooks.current;
      const cell = state?.panel.content.activeCell;
      return state && cell && lab.act(() => runNeeded(state, cell.model.id, parts, trans));
    }
  });
  tracker.activeCellChanged.connect(() => lab.commands.notifyCommandChanged(COMMANDS.runNeeded));
}

async function runNeeded(
  state: NotebookState,
  cellId: string,
  { dialogs, recorder }: RunParts,
  trans: TranslationBundle
): Promise<void> {
  const { panel } = state;
  // What has just run counts as run.
  await recorder?.flush();
  const plan = await state.plan(cellId);
  const done: string[] = [];
  for (const { cellId: next } of plan) {
    // It may have been moved or deleted while the others ran.
    const at = panel.content.widgets.findIndex(({ model }) => model.id === next);
    const cell = panel.content.widgets[at];
    if (panel.isDisposed || !cell) continue;
    const word = trans.__('cell %1', at + 1);
    const isOk = await NotebookActions.runCells(
      panel.content,
      [cell],
      panel.sessionContext,
      dialogs ?? undefined
    );
    if (!isOk) return sayFailed(word, at, done, plan.length);
    // Nobody chose a kernel.
    if (!panel.sessionContext.session?.kernel) return sayNoKernel();
    done.push(word);
  }
  Notification.success(
    done.length === 1
      ? trans.__('All that %1 needs was there: it alone was run', done[0]!)
      : trans.__('Run: %1', done.join(', ')),
    { autoClose: 6_000 }
  );

  function sayFailed(word: string, at: number, done: string[], all: number): void {
    const left = all - done.length - 1;
    const before = done.length > 0 ? trans.__('Run: %1.', done.join(', ')) : '';
    const behind =
      left > 0
        ? trans._n('%1 cell behind it was not run.', '%1 cells behind it were not run.', left)
        : '';
    const failed = trans.__('Then %1 failed.', word);
    const text = done.length > 0 ? failed : trans.__('%1 failed.', capital(word));
    Notification.error([before, text, behind].filter(Boolean).join(' '), {
      autoClose: 12_000,
      actions: [
        {
          label: trans.__('Show %1', word),
          callback: () => state.showCell(at)
        }
      ]
    });
  }

  function sayNoKernel(): void {
    Notification.warning(trans.__('Nothing was run: this notebook has no kernel'), {
      autoClose: 8_000
    });
  }
}

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
