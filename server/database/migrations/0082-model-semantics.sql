-- Semantic versions of registered models: what the rule said of each version against the one before it, and what somebody decided
-- instead. The numbers follow from these, in the order of the versions.
create table model_semantics (
  model integer not null references registered_models on delete cascade,
  version integer not null,
  bump text not null,
  reason text not null,
  override text,
  -- What consumers hold on to, as JSON: the next version is compared with it, whatever became of the files.
  surface text not null,
  primary key (model, version)
) strict, without rowid;
