-- Runs of pipelines, what their steps said, and the results that need not be computed again.
create table pipeline_runs (
  pipeline_run_id text primary key,
  pipeline text not null,
  notebook text not null,
  state text not null,
  params text not null,
  start_time integer not null,
  end_time integer,
  run_id text
) strict, without rowid;
create index pipeline_runs_by_notebook on pipeline_runs (notebook, pipeline_run_id);

create table step_runs (
  pipeline_run_id text not null references pipeline_runs (pipeline_run_id) on delete cascade,
  position integer not null,
  step text not null,
  state text not null,
  reason text not null,
  start_time integer,
  end_time integer,
  outputs text not null,
  error text,
  primary key (pipeline_run_id, position)
) strict, without rowid;

create table step_logs (
  pipeline_run_id text not null references pipeline_runs (pipeline_run_id) on delete cascade,
  seq integer not null,
  step text not null,
  stream text not null,
  text text not null,
  primary key (pipeline_run_id, seq)
) strict, without rowid;

-- Several results may share a key: the same code and inputs over files of different content.
create table step_results (
  result_id integer primary key,
  key text not null,
  outputs text not null,
  state_blob text,
  files text not null,
  log text not null,
  time integer not null
) strict;
create index step_results_by_key on step_results (key, result_id);

-- What a step of a notebook depended on when it last ran or was found unchanged: why it runs again is told from it.
create table step_marks (
  notebook text not null,
  step text not null,
  parts text not null,
  failed integer not null,
  primary key (notebook, step)
) strict, without rowid;

create table file_digests (
  path text primary key,
  size integer not null,
  changed_time text not null,
  digest text not null
) strict, without rowid;
