-- Which repository holds the versions of which notebook. The versions themselves are in git, under <data>/pipelines/.
create table pipelines (
  pipeline_id text primary key,
  -- Where the notebook was when it was last captured.
  path text not null,
  -- 1 when the notebook's own metadata names the pipeline, so that it keeps its history under another name.
  keyed integer not null,
  created_time integer not null,
  captured_time integer not null
) strict, without rowid;
create index pipelines_by_path on pipelines (path, captured_time);
