-- Runs that a logging API began by hand within a session, under the key that it gave them; and what a run stood on.
create table session_runs (
  session_id text not null references sessions,
  run_key text not null,
  run_id text not null references runs on delete cascade,
  opened_at integer not null,
  ended_at integer,
  -- An MLflow client of the session goes on in it.
  adopted integer not null default 0,
  primary key (session_id, run_key)
) strict, without rowid;
create index session_runs_of_run on session_runs (run_id);

-- JSON of what the session has told about its surroundings: machine, digest of its environment, script.
alter table sessions add column facts text not null default '{}';

-- JSON by kind: machine, kernel, git, environment (its digest).
create table run_facts (
  run_id text not null references runs on delete cascade,
  kind text not null,
  content text not null,
  primary key (run_id, kind)
) strict, without rowid;

-- Packages, as JSON: many runs share one.
create table environments (
  digest text primary key,
  content text not null
) strict, without rowid;

-- Files that a cell has read.
create table run_files (
  run_id text not null references runs on delete cascade,
  path text not null,
  bytes integer not null,
  modified integer not null,
  execution_id text not null,
  primary key (run_id, path)
) strict, without rowid;

-- From a point of a curve to the cell that made it: the stretch of steps and times that an execution has logged.
create table cell_points (
  session_id text not null,
  execution_id text not null,
  run_id text not null references runs on delete cascade,
  key text not null,
  first_step integer not null,
  last_step integer not null,
  first_time integer not null,
  last_time integer not null,
  points integer not null,
  primary key (session_id, execution_id, run_id, key)
) strict, without rowid;
create index cell_points_of_run on cell_points (run_id);
