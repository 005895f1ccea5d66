import React, { useState } from 'react';
import type { Parameter } from '../../server/contract/analysis.ts';
import { COMMANDS, type Lab, type NotebookState } from '../tokens.ts';
import { Button } from '../ui/states.tsx';

export function PipelineButtons({
  lab,
  state
}: {
  lab: Lab;
  state: NotebookState;
}): React.JSX.Element {
  const { commands, trans } = lab;
  const [params, setParams] = useState<Record<string, string>>({});
  const running = state.pipelineRun?.state === 'running';
  const parameters = state.steps?.pipeline.parameters ?? [];
  const captured = state.steps?.latest !== undefined && !state.steps.edited;
  const next = state.steps?.latest ? `v${Number(state.steps.latest.version.slice(1)) + 1}` : 'v1';
  const run = () =>
    void commands.execute(COMMANDS.runPipeline, { params: valuesOf(parameters, params) });
  return (
    <>
      {parameters.length > 0 && (
        <Params parameters={parameters} values={params} change={setParams} lab={lab} />
      )}
      <div className="sl-actions">
        {running ? (
          <Button
            label={trans.__('Stop')}
            onClick={() => void commands.execute(COMMANDS.cancelPipeline)}
          />
        ) : (
          <Button
            primary
            label={trans.__('Run pipeline')}
            onClick={run}
            disabled={!state.steps?.pipeline.steps.length}
          />
        )}
        <Button
          label={captured ? trans.__('Captured') : trans.__('Capture %1', next)}
          disabled={captured}
          onClick={() => void commands.execute(COMMANDS.capture)}
        />
        <Button
          label={trans.__('Prove')}
          onClick={() => void commands.execute(COMMANDS.prove)}
          disabled={!state.steps?.pipeline.steps.length}
          title={trans.__('Does the pipeline give what the notebook gives?')}
        />
        <Button
          label={trans.__('Versions')}
          onClick={() => void commands.execute(COMMANDS.versions)}
          disabled={!state.steps?.latest}
        />
        <Button
          label={trans.__('Export…')}
          onClick={() => void commands.execute(COMMANDS.exportAirflow)}
          title={trans.__('As an Airflow project, beside the notebook')}
        />
      </div>
    </>
  );
}

interface ParamsProps {
  parameters: readonly Parameter[];
  values: Record<string, string>;
  change(values: Record<string, string>): void;
  lab: Lab;
}

/** Other values for one run; the notebook's own stay as they are. */
function Params({ parameters, values, change, lab: { trans } }: ParamsProps): React.JSX.Element {
  const count = Object.values(values).filter(value => value !== '').length;
  return (
    <details className="sl-params">
      <summary>
        {count === 0
          ? trans._n('%1 param', '%1 params', parameters.length)
          : trans._n(
              '%1 param changed for the next run',
              '%1 params changed for the next run',
              count
            )}
      </summary>
      {parameters.map(({ name, source }) => (
        <label key={name}>
          <span className="sl-clip">{name}</span>
          <input
            value={values[name] ?? ''}
            placeholder={source}
            onChange={event => change({ ...values, [name]: event.target.value })}
          />
        </label>
      ))}
    </details>
  );
}

/** What was typed, as the type that the notebook's default has. */
function valuesOf(
  parameters: readonly Parameter[],
  typed: Record<string, string>
): Record<string, string | number | boolean> {
  const given = parameters.filter(({ name }) => (typed[name] ?? '') !== '');
  return Object.fromEntries(
    given.map(({ name, type }) => {
      const text = typed[name]!;
      if ((type === 'int' || type === 'float') && Number.isFinite(Number(text)))
        return [name, Number(text)];
      if (type === 'bool' && /^(true|false)$/i.test(text)) return [name, /^true$/i.test(text)];
      return [name, text];
    })
  );
}
