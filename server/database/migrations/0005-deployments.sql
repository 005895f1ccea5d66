-- Prediction services. A row stays while the service is wanted, so that a restarted server brings it back.
create table endpoints (
  name text primary key,
  model text not null,
  -- One of the two: the alias it follows, or the one version it serves.
  alias text,
  version text,
  port integer not null,
  token text,
  wanted integer not null,
  created_time integer not null
) strict;

create table endpoint_switches (
  id integer primary key,
  endpoint text not null references endpoints (name) on delete cascade,
  from_version text,
  to_version text not null,
  time integer not null
) strict;
create index endpoint_switches_by_endpoint on endpoint_switches (endpoint, id);

-- Content of a model's files when it was first served; a later load with other content is refused.
create table model_digests (
  location text primary key,
  digest text not null,
  recorded_time integer not null
) strict, without rowid;
