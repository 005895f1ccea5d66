export interface ProofRow {
  notebook: string;
  proof_id: string;
  proof: string;
  lesson: string | null;
  proved_time: number;
}

export interface ProofTables {
  proofs: ProofRow;
}
