export interface PipelineRow {
  pipeline_id: string;
  path: string;
  keyed: number;
  created_time: number;
  captured_time: number;
}

export interface PipelineTables {
  pipelines: PipelineRow;
}
