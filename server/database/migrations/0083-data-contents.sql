-- Files that a cell has read or written, by what was in them. `content_id` is empty where it could not be taken as the cell had it.
alter table run_files add column written integer not null default 0;
alter table run_files add column content_id text;
alter table run_files add column row_count integer;
alter table run_files add column schema text;
create index run_files_by_state on run_files (path, modified);
create index run_files_by_content on run_files (content_id);
