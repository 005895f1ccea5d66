-- How people look at the table of runs, kept under a name.
create table run_views (
  name text primary key,
  -- JSON of search, columns, order and so on.
  settings text not null,
  saved_at integer not null
) strict, without rowid;
-- From a cell to its runs.
create index cell_executions_of_cell on cell_executions (cell_id, start_time desc) where cell_id is not null;
