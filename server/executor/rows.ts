// Between the rows of the database and the words of the contract.
import { PipelineRun, StepRun } from '../contract/executor.ts';
import type { PipelineRunRow, StepRunRow } from '../database/tables/executor.ts';

export function runRow({
  pipelineRunId,
  pipeline,
  notebook,
  state,
  params,
  startTime,
  endTime,
  runId
}: PipelineRun): PipelineRunRow {
  return {
    pipeline_run_id: pipelineRunId,
    pipeline,
    notebook,
    state,
    params: JSON.stringify(params),
    start_time: startTime,
    end_time: endTime ?? null,
    run_id: runId ?? null
  };
}

export function stepRow(pipelineRunId: string, position: number, run: StepRun): StepRunRow {
  const { step, state, reason, startTime, endTime, outputs, error } = run;
  return {
    pipeline_run_id: pipelineRunId,
    position,
    step,
    state,
    reason,
    start_time: startTime ?? null,
    end_time: endTime ?? null,
    outputs: JSON.stringify(outputs),
    error: error ? JSON.stringify(error) : null
  };
}

export function toStepRun(row: StepRunRow): StepRun {
  return StepRun.parse({
    step: row.step,
    state: row.state,
    reason: row.reason,
    ...(row.start_time === null ? {} : { startTime: row.start_time }),
    ...(row.end_time === null ? {} : { endTime: row.end_time }),
    outputs: JSON.parse(row.outputs),
    ...(row.error === null ? {} : { error: JSON.parse(row.error) })
  });
}

export function toPipelineRun(row: PipelineRunRow, steps: StepRunRow[]): PipelineRun {
  return PipelineRun.parse({
    pipelineRunId: row.pipeline_run_id,
    pipeline: row.pipeline,
    notebook: row.notebook,
    state: row.state,
    params: JSON.parse(row.params),
    startTime: row.start_time,
    ...(row.end_time === null ? {} : { endTime: row.end_time }),
    ...(row.run_id === null ? {} : { runId: row.run_id }),
    steps: steps.map(toStepRun)
  });
}
