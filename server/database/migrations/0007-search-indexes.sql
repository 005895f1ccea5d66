-- Searches by the value of a tag or param, and by the newest value of a metric. Only the beginning of a text is in an index:
-- PostgreSQL takes no long ones there.
drop index tags_by_key;
create index tags_by_value on tags (key, substr(value, 1, 200), run_id);
create index params_by_value on params (key, substr(value, 1, 200), run_id);
create index metric_series_by_key on metric_series (key, run_id, value, kind);
