// Rows of `migrations/0040-session-runs.sql`, `run_files` with what 0083 added.

export interface SessionRunRow {
  session_id: string;
  /** The id that the logging API gave it; the run's own id unless the run was there before. */
  run_key: string;
  run_id: string;
  opened_at: number;
  ended_at: number | null;
  adopted: number;
}

export type FactKind = 'machine' | 'kernel' | 'git' | 'environment';

export interface RunFileRow {
  run_id: string;
  path: string;
  bytes: number;
  modified: number;
  execution_id: string;
  written: number;
  /** Null until somebody looked, empty where it could not be taken. */
  content_id: string | null;
  row_count: number | null;
  schema: string | null;
}

export interface CellPointsRow {
  session_id: string;
  execution_id: string;
  run_id: string;
  key: string;
  first_step: number;
  last_step: number;
  first_time: number;
  last_time: number;
  points: number;
}

export interface SessionTables {
  session_runs: SessionRunRow;
  run_facts: { run_id: string; kind: FactKind; content: string };
  environments: { digest: string; content: string };
  run_files: RunFileRow;
  cell_points: CellPointsRow;
}
