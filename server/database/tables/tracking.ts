// Rows of `migrations/0001-tracking.sql`.
import type { Generated } from 'kysely';

export type Lifecycle = 'active' | 'deleted';

export interface ExperimentRow {
  experiment_id: Generated<number>;
  name: string;
  artifact_location: string;
  lifecycle: Lifecycle;
  created_at: number;
  updated_at: number;
}

export interface RunRow {
  run_id: string;
  experiment_id: number;
  name: string;
  user_id: string;
  state: 'running' | 'scheduled' | 'finished' | 'failed' | 'killed';
  lifecycle: Generated<Lifecycle>;
  start_time: number;
  end_time: number | null;
  artifact_uri: string;
  notebook: string | null;
  session_id: string | null;
}

/** A number that may be NaN (`kind` 1) or infinite (`kind` 2, with the largest double of its sign as value). */
export interface StoredNumber {
  value: number;
  kind: number;
}

export interface MetricPointRow extends StoredNumber {
  series_id: number;
  time: number;
  step: number;
}

export interface MetricSeriesRow extends StoredNumber {
  series_id: Generated<number>;
  run_id: string;
  key: string;
  step: number;
  time: number;
  points: number;
  /** Of the finite values, if there is one. */
  low: number | null;
  high: number | null;
  spark: Uint8Array | null;
  packs: Generated<number>;
  packed: Generated<number>;
  last_time: Generated<number>;
  last_step: Generated<number>;
}

export interface MetricPackRow {
  series_id: number;
  number: number;
  points: number;
  from_time: number;
  to_time: number;
  from_step: number;
  to_step: number;
  whole: Uint8Array;
}

export interface MetricPackPointsRow {
  series_id: number;
  number: number;
  blocks: Uint8Array;
  points: Uint8Array;
}

export interface LoggedModelRow {
  model_id: string;
  experiment_id: number;
  name: string;
  model_type: string;
  source_run_id: string | null;
  status: string;
  status_message: string | null;
  location: string;
  lifecycle: Lifecycle;
  created_at: number;
  updated_at: number;
}

export interface LoggedModelMetricRow extends StoredNumber {
  model_id: string;
  run_id: string;
  key: string;
  time: number;
  step: number;
  dataset_name: string;
  dataset_digest: string;
}

export interface DatasetRow {
  dataset_id: Generated<number>;
  experiment_id: number;
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

export interface SessionRow {
  session_id: string;
  notebook: string | null;
  kernel: string | null;
  hooked: number;
  api_only: number;
  /** A pipeline run's own: nobody else joins it. */
  of_pipeline: number;
  started_at: number;
  last_seen: number;
  ended_at: number | null;
  run_id: string | null;
  adopted: number;
  closed: number;
  first_cell: string | null;
  first_source: string | null;
  moved_on: number;
  /** JSON of the machine, the environment's digest and the script. */
  facts: string;
}

export interface CellExecutionRow {
  session_id: string;
  execution_id: string;
  run_id: string | null;
  cell_id: string | null;
  step: string | null;
  count: number | null;
  source: string;
  state: 'running' | 'ok' | 'error' | 'aborted' | 'interrupted';
  start_time: number;
  end_time: number | null;
  error_name: string | null;
  error_value: string | null;
  changes: string;
  started_by: string | null;
  ended_by: string | null;
}

interface KeyValueOfRun {
  run_id: string;
  key: string;
  value: string;
}

interface KeyValueOfModel {
  model_id: string;
  key: string;
  value: string;
}

export interface TrackingTables {
  experiments: ExperimentRow;
  experiment_tags: { experiment_id: number; key: string; value: string };
  runs: RunRow;
  params: KeyValueOfRun;
  tags: KeyValueOfRun;
  metric_series: MetricSeriesRow;
  metric_points: MetricPointRow;
  metric_packs: MetricPackRow;
  metric_pack_points: MetricPackPointsRow;
  datasets: DatasetRow;
  run_datasets: { run_id: string; dataset_id: number; tags: string };
  run_models: { run_id: string; model_id: string; direction: 'input' | 'output'; step: number };
  logged_models: LoggedModelRow;
  logged_model_params: KeyValueOfModel;
  logged_model_tags: KeyValueOfModel;
  logged_model_metrics: LoggedModelMetricRow;
  sessions: SessionRow;
  cell_executions: CellExecutionRow;
  cell_metrics: { session_id: string; execution_id: string; key: string };
  session_events: { event_id: string; seen_at: number };
}
