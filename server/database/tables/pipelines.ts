export interface PipelineRow {
  pipeline_id: string;
  path: string;
  keyed: number;
  created_time: number;
  captured_time: number;
}

export interface PipelineVersionRow {
  pipeline_id: string;
  branch: string;
  position: number;
  number: number;
  revision: number;
  commit_id: string;
  content_id: string;
  semantic_version: string;
  bump: string;
  reason: string;
  ruled: string | null;
  message: string;
  author: string;
  time: number;
  steps: number;
}

export interface DatasetContentRow {
  content_id: string;
  bytes: number;
  row_count: number | null;
  schema: string | null;
}

export interface StepFileRow {
  notebook: string;
  step: string;
  path: string;
  kind: string;
  content_id: string;
  seen_time: number;
}

export interface VersionRunRow {
  run_id: string;
  pipeline_id: string;
  branch: string;
  commit_id: string;
}

export interface StepLinesRow {
  pipeline_id: string;
  branch: string;
  step: string;
  number: number;
  lines: string;
}

export interface PipelineTables {
  pipelines: PipelineRow;
  pipeline_versions: PipelineVersionRow;
  value_schemas: { notebook: string; step: string; name: string; schema: string };
  dataset_contents: DatasetContentRow;
  step_files: StepFileRow;
  version_runs: VersionRunRow;
  step_lines: StepLinesRow;
  followed_versions: { pipeline_id: string; branch: string; number: number };
}
