-- What the repositories hold, so that 10,000 versions are listed without walking through git. Only a memory: it is read again from
-- git whenever a branch's newest commit is not the last one here.
create table pipeline_versions (
  pipeline_id text not null,
  branch text not null,
  -- 1 for the first commit of the branch, versions and their revisions alike.
  position integer not null,
  number integer not null,
  revision integer not null,
  commit_id text not null,
  content_id text not null,
  semantic_version text not null,
  bump text not null,
  reason text not null,
  ruled text,
  message text not null,
  author text not null,
  time integer not null,
  steps integer not null,
  primary key (pipeline_id, branch, position)
) strict, without rowid;
create index pipeline_versions_by_number on pipeline_versions (pipeline_id, branch, number, revision);

-- Schemas of values as a pipeline's run or a kernel saw them last.
create table value_schemas (
  notebook text not null,
  step text not null,
  name text not null,
  schema text not null,
  primary key (notebook, step, name)
) strict, without rowid;

-- Data files by what is in them; `schema` and `row_count` where the format says.
create table dataset_contents (
  content_id text primary key,
  bytes integer not null,
  row_count integer,
  schema text
) strict, without rowid;

-- Which step last read or wrote what: the same content may be known under several paths.
create table step_files (
  notebook text not null,
  step text not null,
  path text not null,
  kind text not null,
  content_id text not null,
  seen_time integer not null,
  primary key (notebook, step, path)
) strict, without rowid;
create index step_files_by_content on step_files (content_id, seen_time);
