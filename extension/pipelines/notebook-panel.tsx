// The sidebar's first tab: the steps of the open notebook, how they stand, and what to do with them.
import React, { useEffect, useState } from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { COMMANDS, type INotebooks, type Lab, type NotebookState } from '../tokens.ts';
import { Button, Empty, Link, Loading } from '../ui/states.tsx';
import { useSignal } from '../ui/use-signal.ts';
import { Findings } from './findings.tsx';
import { NotebookRuns } from './notebook-runs.tsx';
import { PipelineButtons } from './pipeline-buttons.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepLogs } from './step-logs.tsx';
import { type StepRow, stepRows } from './step-rows.ts';
import { StepsList } from './steps-list.tsx';

export function createNotebookPanel(notebooks: INotebooks) {
  return function NotebookTab({ lab }: { lab: Lab }): React.JSX.Element {
    useSignal(notebooks.currentChanged);
    const state = notebooks.current;
    if (!state) {
      return (
        <Empty
          text={lab.trans.__('Open a notebook to see its steps here.')}
          hint={lab.trans.__(
            'Its runs are recorded without a line of code; steps appear as you name them.'
          )}
          action={{
            label: lab.trans.__('New notebook'),
            run: () => void lab.commands.execute('notebook:create-new', { activate: true })
          }}
        />
      );
    }
    return <OpenNotebook key={state.panel.id} lab={lab} state={state} />;
  };
}

function OpenNotebook({ lab, state }: { lab: Lab; state: NotebookState }): React.JSX.Element {
  useSignal(state.changed);
  const { trans } = lab;
  const [selected, setSelected] = useState<string>();
  useStepOfActiveCell(state, setSelected);
  const name = state.path.split('/').pop();
  return (
    <>
      <div className="sl-notebook-title">
        <span className="sl-clip" title={state.path}>
          {name}
        </span>
        <span className="sl-muted">{standing(state, lab)}</span>
        <Link
          label={trans.__('Graph')}
          title={trans.__('The steps as a graph, each with its cells, versions and runs')}
          onClick={() => void lab.commands.execute(COMMANDS.pipeline)}
        />
      </div>
      <Steps lab={lab} state={state} selected={selected} select={setSelected} />
      {state.steps &&
        !state.steps.pipeline.named &&
        Object.keys(state.steps.suggestions).length > 0 && (
          <div className="sl-suggest">
            <p>
              {trans.__(
                'Each code cell is a step of its own. Named steps are easier to read, cache and export.'
              )}
            </p>
            <Button
              label={trans.__('Name your steps')}
              title={[...new Set(Object.values(state.steps.suggestedSteps))].join(', ')}
              onClick={() => void lab.commands.execute(COMMANDS.nameSteps)}
            />
          </div>
        )}
      <NotebookRuns lab={lab} state={state} />
    </>
  );
}

interface StepsProps {
  lab: Lab;
  state: NotebookState;
  selected: string | undefined;
  select(step: string): void;
}

function Steps({ lab, state, selected, select }: StepsProps): React.JSX.Element {
  const { trans } = lab;
  const { steps, problem, pipelineRun } = state;
  if (!steps && problem)
    return <QueryFailure error={problem} retry={state.refresh} trans={trans} />;
  if (!steps) return <Loading rows={6} label={trans.__('Reading the steps')} />;
  const rows = stepRows(steps, pipelineRun, trans, state.stepStandings);
  const row: StepRow | undefined = rows.find(({ step }) => step.name === selected);
  const choose = (name: string) => {
    select(name);
    const cell = rows.find(({ step }) => step.name === name)?.step.cells[0];
    if (cell !== undefined) void state.panel.content.scrollToItem(cell, 'smart');
  };
  return (
    <>
      {problem && <QueryFailure error={problem} retry={state.refresh} trans={trans} />}
      {rows.length === 0 ? (
        <Empty text={trans.__('No code yet: each code cell you write becomes a step.')} />
      ) : (
        <StepsList rows={rows} selected={selected} select={choose} label={trans.__('Steps')} />
      )}
      <PipelineButtons lab={lab} state={state} />
      <Findings findings={steps.pipeline.findings} goTo={state.showCell} trans={trans} />
      {row && (
        <StepDetail row={row} pipeline={steps.pipeline} goTo={state.showCell} trans={trans} />
      )}
      {row?.run && pipelineRun && <StepLogs lab={lab} run={pipelineRun} step={row.step.name} />}
    </>
  );
}

/** "v4 · 2 steps edited since". */
function standing({ steps, pipelineRun }: NotebookState, { trans }: Lab): string {
  if (!steps) return '';
  if (pipelineRun?.state === 'running') {
    const ended = pipelineRun.steps.filter(({ state }) => !['waiting', 'running'].includes(state));
    return trans.__('%1 of %2 steps done', ended.length, pipelineRun.steps.length);
  }
  if (!steps.latest) return trans.__('not captured yet');
  if (!steps.edited) return trans.__('%1, nothing edited since', steps.latest.version);
  const edited = Object.values(steps.states).filter(state => state !== 'captured').length;
  // Params, text, or a step that is gone.
  if (edited === 0) return trans.__('%1, edited since', steps.latest.version);
  return trans._n(
    '%2 · %1 step edited since',
    '%2 · %1 steps edited since',
    edited,
    steps.latest.version
  );
}

/** The chosen step follows the cursor in the notebook. */
function useStepOfActiveCell(state: NotebookState, select: (step: string) => void): void {
  useEffect(() => {
    const notebook = state.panel.content;
    const follow = () => {
      const step = notebook.activeCell && state.stepOf(notebook.activeCell.model.id);
      if (step) select(step.name);
    };
    notebook.activeCellChanged.connect(follow);
    return () => void notebook.activeCellChanged.disconnect(follow);
  }, [state]);
}
