// Everything about one step: what it takes and gives with schema, its cells, its versions, how it ran last.
import React from 'react';
import type { PartVersion, Pipeline, ValueSchema } from '../../server/contract/pipelines.ts';
import { getVersion, listPipelineRuns } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab, NotebookState } from '../tokens.ts';
import { formatDuration } from '../ui/numbers.ts';
import { Ago } from '../ui/time.tsx';
import { which } from './actions.ts';
import { StepDetail } from './step-detail.tsx';
import type { StepRow } from './step-rows.ts';

interface StepFactsProps {
  lab: Lab;
  state: NotebookState;
  row: StepRow;
  pipeline: Pipeline;
  goTo(cell: number, line?: number): void;
}

const RUNS = 10;

export function StepFacts({ lab, state, row, pipeline, goTo }: StepFactsProps): React.JSX.Element {
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
  const outputs = version.data?.outputVersions ?? {};
  const schemas = step.outputs.flatMap(name => {
    const known = outputs[`${step.name}.${name}`];
    return known?.schema ? [{ name, schema: known.schema, semantic: known.semantic }] : [];
  });
  return (
    <>
      <StepDetail row={row} pipeline={pipeline} goTo={goTo} trans={trans} />
      {schemas.map(({ name, schema }) => (
        <Schema key={name} name={name} schema={schema} lab={lab} />
      ))}
      <StepVersion version={version.data?.stepVersions[step.name]} lab={lab} />
      <StepRuns runs={runs.data?.items ?? []} step={step.name} lab={lab} />
      <details className="sl-block">
        <summary>{trans._n('%1 cell', '%1 cells', step.cells.length)}</summary>
        <pre className="sl-source">{step.source}</pre>
      </details>
    </>
  );
}

function Schema({
  name,
  schema: { type, shape, columns = [] },
  lab: { trans }
}: {
  name: string;
  schema: ValueSchema;
  lab: Lab;
}): React.JSX.Element {
  const named = columns.filter(column => column.name !== '');
  return (
    <details className="sl-block">
      <summary>
        {name} <span className="sl-muted">{[type, shape].filter(Boolean).join(' ')}</span>
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

function StepVersion({
  version,
  lab: { trans }
}: {
  version: PartVersion | undefined;
  lab: Lab;
}): React.JSX.Element {
  return (
    <section>
      <h3>{trans.__('Version')}</h3>
      {version ? (
        <p>
          <b>{version.semantic.version}</b>{' '}
          <span className="sl-muted">{version.semantic.reason}</span>
        </p>
      ) : (
        <p className="sl-muted">{trans.__('Not captured yet.')}</p>
      )}
    </section>
  );
}

interface StepRunsProps {
  runs: readonly { pipelineRunId: string; startTime: number; steps: StepRow['run'][] }[];
  step: string;
  lab: Lab;
}

function StepRuns({ runs, step, lab: { trans } }: StepRunsProps): React.JSX.Element {
  const found = runs.flatMap(({ pipelineRunId, startTime, steps }) => {
    const run = steps.find(each => each?.step === step);
    return run ? [{ pipelineRunId, startTime, run }] : [];
  });
  return (
    <section>
      <h3>{trans.__('Last runs')}</h3>
      {found.length === 0 && <p className="sl-muted">{trans.__('Not run as a pipeline yet.')}</p>}
      <table className="sl-table">
        <tbody>
          {found.map(({ pipelineRunId, startTime, run }) => (
            <tr key={pipelineRunId} title={run.reason}>
              <td>
                <Ago time={startTime} trans={trans} />
              </td>
              <td>{run.state}</td>
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
