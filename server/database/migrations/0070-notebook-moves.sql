-- A kernel goes on under the name that its notebook had when it started: where that name leads now.
create table notebook_moves (
  from_path text primary key,
  to_path text not null
) strict;
