import type { Generated } from 'kysely';

export interface PipelineRunRow {
  pipeline_run_id: string;
  pipeline: string;
  notebook: string;
  state: string;
  params: string;
  start_time: number;
  end_time: number | null;
  run_id: string | null;
}

export interface StepRunRow {
  pipeline_run_id: string;
  position: number;
  step: string;
  state: string;
  reason: string;
  start_time: number | null;
  end_time: number | null;
  outputs: string;
  error: string | null;
}

export interface StepLogRow {
  pipeline_run_id: string;
  seq: number;
  step: string;
  stream: string;
  text: string;
}

export interface StepResultRow {
  result_id: Generated<number>;
  key: string;
  outputs: string;
  state_blob: string | null;
  files: string;
  log: string;
  time: number;
}

export interface ExecutorTables {
  pipeline_runs: PipelineRunRow;
  step_runs: StepRunRow;
  step_logs: StepLogRow;
  step_results: StepResultRow;
  step_marks: { notebook: string; step: string; parts: string; failed: number };
  file_digests: { path: string; size: number; changed_time: string; digest: string };
}
