-- Who is told of changes in the registry, and what is still to be sent.
create table webhooks (
  webhook_id text primary key,
  name text not null,
  description text not null,
  url text not null,
  -- JSON list of `entity.action`.
  events text not null,
  -- What its messages are signed with; it is never given out.
  secret text,
  status text not null check (status in ('ACTIVE', 'DISABLED')),
  created_at integer not null,
  updated_at integer not null
) strict;

-- Written together with the change that it tells of; a server that ends meanwhile sends it later.
create table webhook_deliveries (
  delivery_id text primary key,
  webhook_id text not null references webhooks on delete cascade,
  event text not null,
  body text not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null,
  -- Not to be sent before.
  due integer not null,
  created_at integer not null,
  -- What the last attempt came to.
  response_status integer,
  error text
) strict;
create index webhook_deliveries_waiting on webhook_deliveries (due) where state = 'waiting';
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, created_at);
