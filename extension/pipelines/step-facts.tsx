// Everything about one step: what it takes and gives with schema, its cells, its versions, how it ran last.
import React from 'react';
import type { PipelineRun } from '../../server/contract/executor.ts';
import type { PartVersion, Pipeline } from '../../server/contract/pipelines.ts';
import { getVersion, listPipelineRuns } from '../client/routes.ts';
import { verdictText } from '../client/semantic-version.tsx';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { formatDuration } from '../ui/numbers.ts';
import { Link } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { which } from './actions.ts';
import { CellLinks } from './cell-links.tsx';
import { StepDetail } from './step-detail.tsx';
import type { StepRow } from './step-rows.ts';

interface StepFactsProps {
  lab: Lab;
  state: NotebookState;
  row: StepRow;
  pipeline: Pipeline;
  goTo(cell: number, line?: number): void;
  choose(step: string): void;
}

const RUNS = 10;

export function StepFacts(props: StepFactsProps): React.JSX.Element {
  const { lab, state, row, pipeline, goTo, choose } = props;
  const { client, trans } = lab;
  const { step } = row;
  const latest = state.steps?.latest;
  const version = useQuery(
    client,
    `${state.path} ${latest?.commit ?? ''}`,
    async () => (latest ? client.call(getVersion, { ...which(state), version: 'latest' }) : null),
    () => false
  );
  const runs = useQuery(
    client,
    state.path,
    () => client.call(listPipelineRuns, { notebook: state.path, limit: RUNS }),
    event => event.type === 'pipeline-run-changed'
  );
  const known = version.data?.outputVersions ?? {};
  /** Of what it takes as of what it gives: by the step that makes it. */
  const schemas = [
    ...step.inputs.map(name => ({ name, word: trans.__('in'), of: step.sources[name] })),
    ...step.outputs.map(name => ({ name, word: trans.__('out'), of: step.name }))
  ].flatMap(({ name, word, of }) => {
    const part = known[`${of}.${name}`];
    return part?.schema ? [{ name, word, part }] : [];
  });
  return (
    <>
      <StepDetail row={row} pipeline={pipeline} goTo={goTo} choose={choose} trans={trans} />
      {schemas.map(({ name, word, part }) => (
        <Schema key={`${word} ${name}`} name={name} word={word} part={part} lab={lab} />
      ))}
      <StepVersion
        version={version.data?.stepVersions[step.name]}
        of={version.data?.version}
        state={state}
        lab={lab}
      />
      <StepRuns runs={runs.data?.items ?? []} step={step.name} lab={lab} />
      <details className="sl-block">
        <summary>{trans._n('%1 cell', '%1 cells', step.cells.length)}</summary>
        <p>
          <CellLinks cells={step.cells} goTo={goTo} lab={lab} />
        </p>
        <pre className="sl-source">{step.source}</pre>
      </details>
    </>
  );
}

interface SchemaProps {
  name: string;
  word: string;
  part: PartVersion;
  lab: Lab;
}

function Schema({ name, word, part, lab: { trans } }: SchemaProps): React.JSX.Element {
  const { type, shape, columns = [] } = part.schema!;
  const named = columns.filter(column => column.name !== '');
  return (
    <details className="sl-block">
      <summary>
        <span className="sl-muted">{word}</span> {name}{' '}
        <span className="sl-muted" title={part.semantic.reason}>
          {[type, shape, part.semantic.version].filter(Boolean).join(' · ')}
        </span>
      </summary>
      {named.length > 0 && (
        <table className="sl-table" aria-label={trans.__('Columns of %1', name)}>
          <tbody>
            {named.map(column => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>{column.type}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

interface StepVersionProps {
  version: PartVersion | undefined;
  /** The version of the whole in which it stands. */
  of: string | undefined;
  state: NotebookState;
  lab: Lab;
}

function StepVersion({ version, of, state, lab }: StepVersionProps): React.JSX.Element {
  const { commands, trans } = lab;
  const show = (view: string) =>
    void commands.execute(COMMANDS.versions, { ...which(state), view });
  return (
    <section>
      <h3>{trans.__('Version')}</h3>
      {version ? (
        <>
          <p>
            <b>{version.semantic.version}</b>{' '}
            <span className="sl-muted">
              {verdictText(version.semantic, trans)}
              {of && ` · ${trans.__('in %1', of)}`}
            </span>
          </p>
          <p>
            <Link label={trans.__('All versions')} onClick={() => show('diff')} /> ·{' '}
            <Link label={trans.__('Blame')} onClick={() => show('blame')} />
          </p>
        </>
      ) : (
        <p className="sl-muted">{trans.__('Not captured yet.')}</p>
      )}
    </section>
  );
}

interface StepRunsProps {
  runs: readonly PipelineRun[];
  step: string;
  lab: Lab;
}

function StepRuns({ runs, step, lab }: StepRunsProps): React.JSX.Element {
  const { trans } = lab;
  const found = runs.flatMap(({ pipelineRunId, runId, startTime, steps }) => {
    const run = steps.find(each => each.step === step);
    return run ? [{ pipelineRunId, runId, startTime, run }] : [];
  });
  return (
    <section>
      <h3>{trans.__('Last runs')}</h3>
      {found.length === 0 && <p className="sl-muted">{trans.__('Not run as a pipeline yet.')}</p>}
      <table className="sl-table">
        <tbody>
          {found.map(({ pipelineRunId, runId, startTime, run }) => (
            <tr key={pipelineRunId} title={run.reason}>
              <td>
                <Ago time={startTime} trans={trans} />
              </td>
              <td>
                {runId === undefined ? (
                  run.state
                ) : (
                  <Link
                    label={run.state}
                    title={trans.__('Show the run')}
                    onClick={() => lab.openPage('run', runId, trans.__('Pipeline run'))}
                  />
                )}
              </td>
              <td className="sl-number">
                {run.startTime !== undefined && run.endTime !== undefined
                  ? formatDuration(run.endTime - run.startTime)
                  : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
