// What the chosen step takes in and hands on, from whom and why, and how its last run went.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { Link } from '../ui/states.tsx';
import type { StepRow } from './step-rows.ts';

interface StepDetailProps {
  row: StepRow;
  pipeline: Pipeline;
  trans: TranslationBundle;
  goTo(cell: number, line?: number): void;
  /** Goes to another step; without it, names of steps are only read. */
  choose?: ((step: string) => void) | undefined;
}

/** An edge of several names gives the reason of one of them; it is no reason for the others. */
const tellsOf = (text: string) => (name: string, _: number, names: readonly string[]) =>
  names.length === 1 || text.includes(` ${name} at line `);

export function StepDetail(props: StepDetailProps): React.JSX.Element {
  const { row, pipeline, trans, goTo, choose } = props;
  const { step, run, reason } = row;
  const because = new Map(
    pipeline.edges
      .filter(edge => edge.to === step.name && edge.reason)
      .flatMap(({ names, reason }) =>
        names.filter(tellsOf(reason!.text)).map(name => [name, reason!] as const)
      )
  );
  const firstCell = step.cells[0];
  return (
    <section className="sl-detail" aria-label={trans.__('Step %1', step.name)}>
      <h3>
        {step.name}
        {firstCell !== undefined && (
          <Link label={trans.__('cell %1', firstCell + 1)} onClick={() => goTo(firstCell)} />
        )}
      </h3>
      <dl className="sl-names">
        {step.inputs.map(name => (
          <React.Fragment key={`in ${name}`}>
            <dt>{trans.__('in')}</dt>
            <dd>
              <b>{name}</b>
              {step.sources[name] && (
                <span className="sl-muted">
                  {' '}
                  {trans.__('from')} <Steps names={[step.sources[name]]} choose={choose} />
                </span>
              )}
              {because.get(name) && <span className="sl-why">{because.get(name)!.text}</span>}
            </dd>
          </React.Fragment>
        ))}
        {step.params.length > 0 && (
          <>
            <dt>{trans.__('params')}</dt>
            <dd>{step.params.join(', ')}</dd>
          </>
        )}
        {step.outputs.map(name => {
          const output = run?.outputs.find(value => value.name === name);
          const takers = takersOf(pipeline, step.name, name);
          return (
            <React.Fragment key={`out ${name}`}>
              <dt>{trans.__('out')}</dt>
              <dd title={output?.repr}>
                <b>{name}</b>
                {output && (
                  <span className="sl-muted">
                    {' '}
                    {[output.type, output.shape].filter(Boolean).join(' ')}
                  </span>
                )}
                {takers.length > 0 && (
                  <span className="sl-muted">
                    {' '}
                    {trans.__('to')} <Steps names={takers} choose={choose} />
                  </span>
                )}
              </dd>
            </React.Fragment>
          );
        })}
      </dl>
      {reason && <p className="sl-muted">{reason}</p>}
      {run?.error && (
        <p className="sl-bad" role="alert">
          {run.error.name}: {run.error.value}
          {run.error.cell !== undefined && (
            <>
              {' '}
              <Link
                label={trans.__('cell %1, line %2', run.error.cell + 1, run.error.line ?? 1)}
                onClick={() => goTo(run.error!.cell!, run.error!.line)}
              />
            </>
          )}
          {run.error.remedy && <span className="sl-why">{run.error.remedy}</span>}
        </p>
      )}
    </section>
  );
}

/** Steps that take a value of this one. */
const takersOf = (pipeline: Pipeline, step: string, name: string): string[] =>
  pipeline.steps.filter(({ sources }) => sources[name] === step).map(taker => taker.name);

interface StepsProps {
  names: readonly string[];
  choose: StepDetailProps['choose'];
}

function Steps({ names, choose }: StepsProps): React.JSX.Element {
  return (
    <>
      {names.map((name, at) => (
        <React.Fragment key={name}>
          {at > 0 && ', '}
          {choose ? <Link label={name} onClick={() => choose(name)} /> : name}
        </React.Fragment>
      ))}
    </>
  );
}
