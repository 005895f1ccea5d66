-- Registered models and prompts (they share MLflow's tables), their versions, and every move of an alias.
create table registered_models (
  id integer primary key,
  name text not null unique,
  description text not null default '',
  created_time integer not null,
  updated_time integer not null
) strict;

create table registered_model_tags (
  model integer not null references registered_models (id) on delete cascade,
  key text not null,
  value text not null,
  primary key (model, key)
) strict, without rowid;

-- A deleted version keeps its row, emptied, so that its number is never given again.
create table model_versions (
  model integer not null references registered_models (id) on delete cascade,
  version integer not null,
  -- As the client gave it, and the place of the files that it stands for.
  source text not null,
  storage_location text not null,
  run_id text,
  run_link text not null default '',
  logged_model_id text,
  description text not null default '',
  stage text not null default 'None',
  created_time integer not null,
  updated_time integer not null,
  deleted integer not null default 0,
  primary key (model, version)
) strict, without rowid;
create index model_versions_by_run on model_versions (run_id);

create table model_version_tags (
  model integer not null,
  version integer not null,
  key text not null,
  value text not null,
  primary key (model, version, key),
  foreign key (model, version) references model_versions (model, version) on delete cascade
) strict, without rowid;

create table model_aliases (
  model integer not null,
  alias text not null,
  version integer not null,
  primary key (model, alias),
  foreign key (model, version) references model_versions (model, version) on delete cascade
) strict, without rowid;

-- Only ever added to. An undo is a move of its own that names the one it undoes.
create table alias_moves (
  id integer primary key,
  model integer not null references registered_models (id) on delete cascade,
  alias text not null,
  from_version integer,
  to_version integer,
  moved_by text not null,
  time integer not null,
  undoes integer references alias_moves (id) on delete cascade
) strict;
create index alias_moves_by_alias on alias_moves (model, alias, id);
