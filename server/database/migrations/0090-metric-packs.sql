-- Many points of a series in one row, in the order of time, step and value (`tracking/metric-packs.ts`): where they reach from
-- and to, and all of them as one block. A point is in `metric_points` or in a pack.
create table metric_packs (
  series_id integer not null references metric_series on delete cascade,
  number integer not null,
  points integer not null,
  from_time integer not null,
  to_time integer not null,
  from_step integer not null,
  to_step integer not null,
  whole blob not null,
  primary key (series_id, number)
) strict, without rowid;

-- Blocks of 64 points of a pack, and each of them. Apart: a chart of all packs would read its way around them.
create table metric_pack_points (
  series_id integer not null references metric_series on delete cascade,
  number integer not null,
  blocks blob not null,
  points blob not null,
  primary key (series_id, number)
) strict, without rowid;

drop table metric_blocks;
alter table metric_series drop column tail;
-- The sparkline, once JSON, as numbers of 8 bytes, which take a fifth of the time; what it was asked for most in two columns.
alter table metric_series drop column spark;
alter table metric_series add column spark blob;
alter table metric_series add column low real;
alter table metric_series add column high real;
update metric_series set
  low = (select min(value) from metric_points where series_id = metric_series.series_id and kind = 0),
  high = (select max(value) from metric_points where series_id = metric_series.series_id and kind = 0);
-- How many packs there are, and how many points are in them; the last point in the order of time and step.
alter table metric_series add column packs integer not null default 0;
alter table metric_series add column packed integer not null default 0;
alter table metric_series add column last_time integer not null default 0;
alter table metric_series add column last_step integer not null default 0;
update metric_series set
  last_time = coalesce((select max(time) from metric_points where series_id = metric_series.series_id), 0);
update metric_series set
  last_step = coalesce(
    (select max(step) from metric_points where series_id = metric_series.series_id and time = metric_series.last_time), 0);
