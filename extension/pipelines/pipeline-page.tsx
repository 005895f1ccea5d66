// The pipeline of one notebook as a graph, wide; the chosen step with everything about it at its right.
import React, { useState } from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { Button, Empty, Loading } from '../ui/states.tsx';
import { useSignal } from '../ui/use-signal.ts';
import { type Chosen, DagView } from './dag-view.tsx';
import { EdgeFacts } from './edge-facts.tsx';
import { StepFacts } from './step-facts.tsx';
import { stepRows } from './step-rows.ts';

export interface PipelinePageActions {
  /** Undefined while the notebook is not open. */
  stateOf(path: string): NotebookState | undefined;
  open(path: string): Promise<unknown>;
  /** Brings the notebook to the front, at a cell. */
  goTo(path: string, cell: number, line?: number): void;
}

interface PipelinePageProps {
  lab: Lab;
  /** The notebook's path. */
  id: string;
}

export function createPipelinePage(actions: PipelinePageActions) {
  return function PipelinePage({ lab, id: path }: PipelinePageProps): React.JSX.Element {
    const [, again] = useState(0);
    const state = actions.stateOf(path);
    if (state) return <OpenPipeline lab={lab} state={state} path={path} actions={actions} />;
    const open = () => void lab.act(() => actions.open(path)).then(() => again(count => count + 1));
    return (
      <Empty
        text={lab.trans.__('%1 is not open.', path.split('/').pop()!)}
        action={{ label: lab.trans.__('Open the notebook'), run: open }}
      />
    );
  };
}

interface OpenPipelineProps {
  lab: Lab;
  state: NotebookState;
  path: string;
  actions: PipelinePageActions;
}

function OpenPipeline({ lab, state, path, actions }: OpenPipelineProps): React.JSX.Element {
  useSignal(state.changed);
  const { trans, commands } = lab;
  const [chosen, choose] = useState<Chosen>();
  const { steps, problem, pipelineRun } = state;
  if (!steps && problem)
    return <QueryFailure error={problem} retry={state.refresh} trans={trans} />;
  if (!steps) return <Loading rows={6} label={trans.__('Reading the steps')} />;
  const rows = stepRows(steps, pipelineRun, trans, state.stepStandings);
  if (rows.length === 0)
    return <Empty text={trans.__('No code yet: each code cell you write becomes a step.')} />;
  const row = chosen && 'step' in chosen && rows.find(({ step }) => step.name === chosen.step);
  const toStep = (step: string) => choose({ step });
  return (
    <article
      className="sl-pipeline"
      aria-label={trans.__('Pipeline of %1', path.split('/').pop()!)}
    >
      <header className="sl-page-head">
        <h2>
          {path
            .split('/')
            .pop()!
            .replace(/\.ipynb$/, '')}
        </h2>
        <span className="sl-muted sl-fill">
          {trans._n('%1 step', '%1 steps', rows.length)}
          {steps.latest ? ` · ${steps.latest.version} (${steps.latest.semantic.version})` : ''}
        </span>
        <Button
          primary
          label={trans.__('Run pipeline')}
          disabled={pipelineRun?.state === 'running'}
          onClick={() => {
            actions.goTo(path, rows[0]!.step.cells[0] ?? 0);
            void commands.execute(COMMANDS.runPipeline);
          }}
        />
      </header>
      <div className="sl-pipeline-body">
        <DagView
          rows={rows}
          pipeline={steps.pipeline}
          chosen={chosen}
          choose={choose}
          trans={trans}
        />
        <aside className="sl-pipeline-side" aria-live="polite">
          {row ? (
            <StepFacts
              lab={lab}
              state={state}
              row={row}
              pipeline={steps.pipeline}
              goTo={(cell, line) => actions.goTo(path, cell, line)}
              choose={toStep}
            />
          ) : chosen && 'from' in chosen ? (
            <EdgeFacts {...chosen} pipeline={steps.pipeline} choose={toStep} trans={trans} />
          ) : (
            <p className="sl-muted">
              {trans.__(
                'Choose a step to see its cells, ins and outs, versions and last runs, or a line to see why it is there. By keys: arrows walk, / finds, + and − zoom, 0 shows all.'
              )}
            </p>
          )}
        </aside>
      </div>
    </article>
  );
}
