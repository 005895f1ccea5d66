-- Experiments, runs and what was logged; logged models; kernel sessions and what each cell did.
-- Times are UTC milliseconds. NaN cannot be stored as a number: `kind` says 0 number, 1 NaN, 2 infinity (value = largest double).

create table experiments (
  experiment_id integer primary key,
  name text not null unique,
  artifact_location text not null,
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deleted')),
  created_at integer not null,
  updated_at integer not null
) strict;

create table experiment_tags (
  experiment_id integer not null references experiments,
  key text not null,
  value text not null,
  primary key (experiment_id, key)
) strict, without rowid;

insert into experiments
values (0, 'Default', 'mlflow-artifacts:/0', 'active', unixepoch() * 1000, unixepoch() * 1000);

create table runs (
  run_id text primary key,
  experiment_id integer not null references experiments,
  name text not null,
  user_id text not null,
  state text not null check (state in ('running', 'scheduled', 'finished', 'failed', 'killed')),
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deleted')),
  start_time integer not null,
  end_time integer,
  artifact_uri text not null,
  -- Absolute path of the notebook and the kernel session that made it, where known.
  notebook text,
  session_id text
) strict;
create index runs_newest on runs (start_time desc, run_id);
create index runs_of_experiment on runs (experiment_id, start_time desc, run_id);
create index runs_of_notebook on runs (notebook, start_time desc, run_id) where notebook is not null;

create table params (
  run_id text not null references runs,
  key text not null,
  value text not null,
  primary key (run_id, key)
) strict, without rowid;

create table tags (
  run_id text not null references runs,
  key text not null,
  value text not null,
  primary key (run_id, key)
) strict, without rowid;
create index tags_by_key on tags (key, value);

-- One metric of one run: its newest point (highest step, time, value) and a sparkline, so that lists read no points.
create table metric_series (
  series_id integer primary key,
  run_id text not null references runs,
  key text not null,
  step integer not null,
  time integer not null,
  value real not null,
  kind integer not null,
  points integer not null,
  spark text not null,
  unique (run_id, key)
) strict;

create table metric_points (
  series_id integer not null references metric_series,
  time integer not null,
  step integer not null,
  value real not null,
  kind integer not null,
  primary key (series_id, time, step, value, kind)
) strict, without rowid;

create table datasets (
  dataset_id integer primary key,
  experiment_id integer not null references experiments,
  name text not null,
  digest text not null,
  source_type text not null,
  source text not null,
  schema text,
  profile text,
  unique (experiment_id, name, digest)
) strict;

create table run_datasets (
  run_id text not null references runs,
  dataset_id integer not null references datasets,
  -- JSON list of {key, value}.
  tags text not null,
  primary key (run_id, dataset_id)
) strict, without rowid;

create table run_models (
  run_id text not null references runs,
  model_id text not null,
  direction text not null check (direction in ('input', 'output')),
  step integer not null,
  primary key (run_id, direction, model_id)
) strict, without rowid;

create table logged_models (
  model_id text primary key,
  experiment_id integer not null references experiments,
  name text not null,
  model_type text not null,
  source_run_id text,
  status text not null,
  status_message text,
  location text not null,
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deleted')),
  created_at integer not null,
  updated_at integer not null
) strict;
create index logged_models_of_run on logged_models (source_run_id, created_at);
create index logged_models_of_experiment on logged_models (experiment_id, created_at desc);

create table logged_model_params (
  model_id text not null references logged_models,
  key text not null,
  value text not null,
  primary key (model_id, key)
) strict, without rowid;

create table logged_model_tags (
  model_id text not null references logged_models,
  key text not null,
  value text not null,
  primary key (model_id, key)
) strict, without rowid;

create table logged_model_metrics (
  model_id text not null references logged_models,
  run_id text not null references runs,
  key text not null,
  time integer not null,
  step integer not null,
  value real not null,
  kind integer not null,
  dataset_name text not null,
  dataset_digest text not null,
  primary key (model_id, key, time, step, value, kind, run_id, dataset_name, dataset_digest)
) strict, without rowid;

create table sessions (
  session_id text primary key,
  notebook text,
  -- JSON of language, version, executable.
  kernel text,
  -- The kernel's own hook speaks in it: only then does silence mean death.
  hooked integer not null default 0,
  -- Only a logging API speaks in it: it joins the notebook's own session as soon as there is one.
  api_only integer not null default 0,
  of_pipeline integer not null default 0,
  started_at integer not null,
  last_seen integer not null,
  ended_at integer,
  -- The automatic run that logging goes to now.
  run_id text references runs,
  -- A client took the automatic run as its own; the client has ended it.
  adopted integer not null default 0,
  closed integer not null default 0,
  first_cell text,
  first_source text,
  moved_on integer not null default 0
) strict;
create index sessions_of_notebook on sessions (notebook, started_at desc);
create index sessions_of_run on sessions (run_id) where run_id is not null;

create table cell_executions (
  session_id text not null references sessions,
  execution_id text not null,
  run_id text references runs,
  cell_id text,
  step text,
  count integer,
  source text not null,
  state text not null check (state in ('running', 'ok', 'error', 'aborted', 'interrupted')),
  start_time integer not null,
  end_time integer,
  error_name text,
  error_value text,
  -- JSON list of names bound or changed.
  changes text not null default '[]',
  -- Who said so: the hook's word is not overwritten by the recorder's.
  started_by text,
  ended_by text,
  primary key (session_id, execution_id)
) strict, without rowid;
create index cell_executions_of_run on cell_executions (run_id, start_time);
create index cell_executions_running on cell_executions (session_id) where state = 'running';

create table cell_metrics (
  session_id text not null,
  execution_id text not null,
  key text not null,
  primary key (session_id, execution_id, key)
) strict, without rowid;

-- Ids of session events already taken in: a retry is dropped.
create table session_events (
  event_id text primary key,
  seen_at integer not null
) strict, without rowid;
create index session_events_by_age on session_events (seen_at);
