// Naming steps: the selected cells get a name, join the step above, or are no named step any more.
import { InputDialog } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { COMMANDS, type INotebooks, type IShell, type NotebookState } from '../tokens.ts';
import { stepIcon } from '../ui/icons.ts';
import { clearStep, setStep, stepNameOf } from './cell-intent.ts';
import { stepNameFrom } from './step-names.ts';

export function addStepCommands(
  shell: IShell,
  notebooks: INotebooks,
  tracker: INotebookTracker
): void {
  const { lab, addCommand } = shell;
  const { commands, trans } = lab;
  const describedBy = {
    args: {
      type: 'object',
      properties: { name: { type: 'string', description: 'Asked for when it is not given' } }
    }
  };
  const isEnabled = () => tracker.activeCell?.model.type === 'code';

  addCommand(COMMANDS.markStep, {
    label: args => (args['toolbar'] ? '' : trans.__('Name the step of this cell…')),
    caption: () => {
      const step = tracker.activeCell && stepNameOf(tracker.activeCell.model);
      return step ? trans.__('Step %1: rename it', step) : trans.__('Make this cell a step');
    },
    icon: stepIcon,
    describedBy,
    isEnabled,
    isToggled: () =>
      tracker.activeCell !== null && stepNameOf(tracker.activeCell.model) !== undefined,
    execute: async args => {
      const state = notebooks.current;
      const cells = selectedCells(tracker);
      if (!state || !cells[0]) return;
      const given =
        typeof args['name'] === 'string' ? args['name'] : await askName(state, cells[0]);
      const name = given === undefined ? undefined : stepNameFrom(given);
      if (name !== undefined) renameStep(state, cells, name);
    }
  });
  addCommand(COMMANDS.joinStep, {
    label: trans.__('Join the step of the cell above'),
    caption: trans.__('Make this cell part of the step above it'),
    isEnabled,
    execute: () => {
      const state = notebooks.current;
      const cells = selectedCells(tracker);
      if (!state || !cells[0]) return;
      const above = codeCells(state).slice(0, codeCells(state).indexOf(cells[0])).pop();
      if (!above) return;
      const name = stepNameOf(above.model) ?? suggestionFor(state, above);
      for (const cell of [above, ...cells]) setStep(cell.model, name);
    }
  });
  addCommand(COMMANDS.clearStep, {
    label: trans.__('Take this cell out of its step'),
    caption: trans.__('The cell has no named step any more'),
    isEnabled: () => selectedCells(tracker).some(({ model }) => stepNameOf(model) !== undefined),
    execute: () => selectedCells(tracker).forEach(({ model }) => clearStep(model))
  });
  addCommand(COMMANDS.nameSteps, {
    label: trans.__('Name all steps as suggested'),
    caption: trans.__('Give each code cell without a step the suggested name'),
    isEnabled: () => tracker.currentWidget !== null,
    execute: () => notebooks.current && nameAll(notebooks.current)
  });
  tracker.activeCellChanged.connect(() => commands.notifyCommandChanged(COMMANDS.markStep));

  async function askName(state: NotebookState, cell: Cell): Promise<string | undefined> {
    const answer = await InputDialog.getText({
      title: trans.__('Name of the step'),
      label: trans.__('Small letters, digits and _'),
      text: stepNameOf(cell.model) ?? suggestionFor(state, cell),
      okLabel: trans.__('Name it')
    });
    return answer.button.accept ? (answer.value ?? undefined) : undefined;
  }
}

function selectedCells(tracker: INotebookTracker): Cell[] {
  const notebook = tracker.currentWidget?.content;
  if (!notebook) return [];
  return notebook.widgets.filter(
    cell => notebook.isSelectedOrActive(cell) && cell.model.type === 'code'
  );
}

const codeCells = ({ panel }: NotebookState): Cell[] =>
  panel.content.widgets.filter(({ model }) => model.type === 'code');

/** A step of several cells keeps together when one of them is renamed alone. */
function renameStep(state: NotebookState, chosen: readonly Cell[], name: string): void {
  const before = chosen.length === 1 ? stepNameOf(chosen[0]!.model) : undefined;
  const cells =
    before === undefined
      ? chosen
      : codeCells(state).filter(({ model }) => stepNameOf(model) === before);
  for (const { model } of cells) setStep(model, name);
}

function suggestionFor(state: NotebookState, cell: Cell): string {
  const index = state.panel.content.widgets.indexOf(cell);
  return state.steps?.suggestions[String(index)] ?? `step_${codeCells(state).indexOf(cell) + 1}`;
}

function nameAll({ steps, panel }: NotebookState): void {
  for (const [index, name] of Object.entries(steps?.suggestions ?? {})) {
    const cell = panel.content.widgets[Number(index)];
    if (cell && stepNameOf(cell.model) === undefined) setStep(cell.model, name);
  }
}
