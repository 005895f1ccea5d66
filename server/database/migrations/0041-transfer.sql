-- What has been carried over from another tracker: an experiment's id here, or the stamp of a run or model that is wholly here.
create table transfer_marks (
  source text not null,
  kind text not null check (kind in ('experiment', 'run', 'model')),
  source_id text not null,
  mark text not null,
  primary key (source, kind, source_id)
) strict, without rowid;
