-- The version that an ended run was made from, once it was looked for and found.
create table version_runs (
  run_id text primary key,
  pipeline_id text not null,
  branch text not null,
  commit_id text not null
) strict, without rowid;
create index version_runs_by_commit on version_runs (pipeline_id, commit_id);
