-- What was exported, when, and for which engine; the files themselves are the user's.
create table exports (
  export_id text primary key,
  notebook text not null,
  target text not null,
  -- Of the exported files, so that the same export twice can be told from a changed one.
  digest text not null,
  exported_time integer not null
) strict, without rowid;
create index exports_by_time on exports (exported_time);
