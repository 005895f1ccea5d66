-- The last proof of each notebook, and what it taught: kept by the code that it was taught by.
create table proofs (
  notebook text primary key,
  proof_id text not null,
  -- The whole answer, as JSON.
  proof text not null,
  -- Digests of the code cells, and what is known beyond their source, as JSON; null when nothing was proved.
  lesson text,
  proved_time integer not null
) strict, without rowid;
create index proofs_by_id on proofs (proof_id);
