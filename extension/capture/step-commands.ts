// Steps by command, and so by key, menu and palette: named, accepted, joined, split, merged, moved. Each is one undo.
import { InputDialog } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { COMMANDS, type INotebooks, type IShell, type NotebookState } from '../tokens.ts';
import { stepIcon } from '../ui/icons.ts';
import { stepNameOf } from './cell-intent.ts';
import { applyChanges, applyMove, editedCells } from './notebook-edits.ts';
import * as edits from './step-edits.ts';
import { stepNameFrom, unusedName } from './step-names.ts';

export function addStepCommands(
  shell: IShell,
  notebooks: INotebooks,
  tracker: INotebookTracker
): void {
  const { lab, addCommand } = shell;
  const { commands, trans } = lab;
  const activeStep = () =>
    tracker.activeCell?.model.type === 'code' && stepNameOf(tracker.activeCell.model);
  const isCode = () => tracker.activeCell?.model.type === 'code';
  const isNamed = () => Boolean(activeStep());

  /** A command on the active cell of the notebook in front. */
  const onCell = (
    id: string,
    options: { label: string; caption: string },
    isEnabled: () => boolean,
    work: (state: NotebookState, at: number) => unknown
  ) =>
    addCommand(id, {
      ...options,
      isEnabled,
      execute: () => {
        const state = notebooks.current;
        return state && work(state, state.panel.content.activeCellIndex);
      }
    });

  addCommand(COMMANDS.markStep, {
    label: args => (args['toolbar'] ? '' : trans.__('Name the step of this cell…')),
    caption: () => {
      const step = activeStep();
      return step ? trans.__('Step %1: rename it', step) : trans.__('Make this cell a step');
    },
    icon: stepIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: { name: { type: 'string', description: 'Asked for when it is not given' } }
      }
    },
    isEnabled: isCode,
    isToggled: isNamed,
    execute: async args => {
      const state = notebooks.current;
      const chosen = state ? selectedCells(state.panel) : [];
      if (!state || chosen[0] === undefined) return;
      const given = args['name'];
      const typed = typeof given === 'string' ? given : await askName(state, chosen[0]);
      const name = typed === undefined ? undefined : stepNameFrom(typed);
      if (name === undefined) return;
      const cells = editedCells(state.panel);
      const before = chosen.length === 1 ? cells[chosen[0]]?.step : undefined;
      // A step of several cells keeps together when one of them is renamed alone.
      const changes =
        before === undefined
          ? new Map(chosen.map(at => [at, name]))
          : edits.renamed(cells, before, name);
      applyChanges(state.panel, changes);
    }
  });
  onCell(
    COMMANDS.acceptStep,
    {
      label: trans.__('Accept the suggested step'),
      caption: trans.__('Give this cell the name that is suggested for it')
    },
    () => isCode() && !isNamed(),
    (state, at) => {
      const name = suggestionFor(state, at);
      applyChanges(state.panel, new Map([[at, name]]));
    }
  );
  onCell(
    COMMANDS.joinStep,
    {
      label: trans.__('Join the step of the cell above'),
      caption: trans.__('Make this cell part of the step above it')
    },
    isCode,
    ({ panel, steps }) => {
      const cells = editedCells(panel);
      const chosen = selectedCells(panel);
      const above = cells.slice(0, chosen[0]).findLastIndex(({ code }) => code);
      if (above < 0) return;
      const name = cells[above]!.step ?? steps?.suggestions[String(above)] ?? `step_${above + 1}`;
      applyChanges(panel, new Map([above, ...chosen].map(at => [at, name])));
    }
  );
  onCell(
    COMMANDS.clearStep,
    {
      label: trans.__('Take this cell out of its step'),
      caption: trans.__('The cell has no named step any more')
    },
    isNamed,
    ({ panel }) => applyChanges(panel, new Map(selectedCells(panel).map(at => [at, undefined])))
  );
  onCell(
    COMMANDS.splitStep,
    {
      label: trans.__('Split the step at this cell'),
      caption: trans.__('From this cell on, it is a step of its own')
    },
    isNamed,
    async (state, at) => {
      const cells = editedCells(state.panel);
      const name = unusedName(
        cells[at]?.step ?? 'step',
        cells.flatMap(({ step }) => step ?? [])
      );
      applyChanges(state.panel, edits.split(cells, at, name));
    }
  );
  onCell(
    COMMANDS.mergeStep,
    {
      label: trans.__('Merge the step into the one above'),
      caption: trans.__('All cells of this step become part of the step above it')
    },
    isNamed,
    ({ panel }) => changeStep(panel, edits.mergedUp)
  );
  onCell(
    COMMANDS.borderUp,
    {
      label: trans.__('Begin the step one cell earlier'),
      caption: trans.__('The cell above becomes part of this step')
    },
    isNamed,
    ({ panel }) => changeStep(panel, (cells, step) => edits.borderNudged(cells, step, -1))
  );
  onCell(
    COMMANDS.borderDown,
    {
      label: trans.__('Begin the step one cell later'),
      caption: trans.__('The first cell of this step goes to the step above')
    },
    isNamed,
    ({ panel }) => changeStep(panel, (cells, step) => edits.borderNudged(cells, step, 1))
  );
  onCell(
    COMMANDS.stepUp,
    {
      label: trans.__('Move the step up'),
      caption: trans.__('Its cells, with the text above them, before the step above')
    },
    isNamed,
    ({ panel }) => moveStep(panel, -1)
  );
  onCell(
    COMMANDS.stepDown,
    {
      label: trans.__('Move the step down'),
      caption: trans.__('Its cells, with the text above them, behind the step below')
    },
    isNamed,
    ({ panel }) => moveStep(panel, 1)
  );
  addCommand(COMMANDS.nameSteps, {
    label: trans.__('Name all steps as suggested'),
    caption: trans.__('Give each code cell without a step the suggested name'),
    isEnabled: () => tracker.currentWidget !== null,
    execute: () => notebooks.current && nameAll(notebooks.current)
  });
  tracker.activeCellChanged.connect(() => {
    for (const id of [COMMANDS.markStep, COMMANDS.splitStep, COMMANDS.mergeStep])
      commands.notifyCommandChanged(id);
  });

  async function askName(state: NotebookState, at: number): Promise<string | undefined> {
    const answer = await InputDialog.getText({
      title: trans.__('Name of the step'),
      label: trans.__('Small letters, digits and _'),
      text: editedCells(state.panel)[at]?.step ?? suggestionFor(state, at),
      okLabel: trans.__('Name it')
    });
    return answer.button.accept ? (answer.value ?? undefined) : undefined;
  }
}

/** Indices of the code cells that are selected, the active one included. */
function selectedCells({ content }: NotebookPanel): number[] {
  return content.widgets.flatMap((cell, at) =>
    content.isSelectedOrActive(cell) && cell.model.type === 'code' ? [at] : []
  );
}

function changeStep(
  panel: NotebookPanel,
  edit: (cells: edits.EditedCell[], step: string) => edits.StepChanges
): void {
  const cells = editedCells(panel);
  const step = cells[panel.content.activeCellIndex]?.step;
  if (step !== undefined) applyChanges(panel, edit(cells, step));
}

function moveStep(panel: NotebookPanel, by: -1 | 1): void {
  const { content } = panel;
  const cells = editedCells(panel);
  const at = content.activeCellIndex;
  const step = cells[at]?.step;
  const move = step === undefined ? undefined : edits.stepMoved(cells, step, by);
  if (!move) return;
  applyMove(panel, move);
  const isInside = at >= move.from && at < move.from + move.count;
  content.activeCellIndex = isInside ? at - move.from + move.to : at;
  // The cells are new widgets, which take the focus once they are laid out: the keys are to go on to the notebook.
  void content.activeCell?.ready.then(() => requestAnimationFrame(() => content.activate()));
}

/** What the whole notebook's suggestion says, so that cells that belong together get one name. */
function suggestionFor({ steps, panel }: NotebookState, at: number): string {
  const index = String(at);
  const code = editedCells(panel)
    .slice(0, at + 1)
    .filter(cell => cell.code).length;
  return steps?.suggestedSteps[index] ?? steps?.suggestions[index] ?? `step_${code}`;
}

/** The suggested steps for a notebook without any; else a name for each cell that has none. */
function nameAll({ steps, panel }: NotebookState): void {
  if (!steps) return;
  const names = steps.pipeline.named ? steps.suggestions : steps.suggestedSteps;
  const cells = editedCells(panel);
  const open = Object.entries(names).filter(([at]) => cells[Number(at)]?.step === undefined);
  applyChanges(panel, new Map(open.map(([at, name]) => [Number(at), name])));
}
