-- A long series in blocks of 16 points, of 4 times as many, and so on, in the order in which they were logged: where each
-- reaches from and to, and its lowest and highest point. A chart reads as many blocks as it can show, whatever the zoom.
create table metric_blocks (
  series_id integer not null references metric_series on delete cascade,
  level integer not null,
  number integer not null,
  points integer not null,
  from_step integer not null,
  to_step integer not null,
  from_time integer not null,
  to_time integer not null,
  low_step integer not null,
  low_time integer not null,
  low_value real not null,
  low_kind integer not null,
  high_step integer not null,
  high_time integer not null,
  high_value real not null,
  high_kind integer not null,
  -- Of the finite values; they may be none.
  mean real not null,
  finite integer not null,
  primary key (series_id, level, number)
) strict, without rowid;

-- JSON of the blocks that are not full yet; empty for a short series, which has none.
alter table metric_series add column tail text not null default '';
