-- Which versions the lines of a step are from, since it became what it is: `3*2 1*5` is two lines of v3, then five of v1. Like
-- `pipeline_versions` only a memory of git, so that a line is not followed through 10,000 versions whenever somebody asks.
create table step_lines (
  pipeline_id text not null,
  branch text not null,
  step text not null,
  number integer not null,
  lines text not null,
  primary key (pipeline_id, branch, step, number)
) strict, without rowid;

-- Up to which version the lines are known.
create table followed_versions (
  pipeline_id text not null,
  branch text not null,
  number integer not null,
  primary key (pipeline_id, branch)
) strict, without rowid;
