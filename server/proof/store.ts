import type { Database } from '../database/open.ts';
import type { ProofRow } from '../database/tables/proof.ts';

export interface ProofStore {
  save(row: ProofRow): Promise<void>;
  find(proofId: string): Promise<ProofRow | undefined>;
  list(notebook?: string): Promise<ProofRow[]>;
}

export function createProofStore({ read, write }: Database): ProofStore {
  return {
    save: row =>
      write(async db => {
        const { notebook, ...values } = row;
        await db
          .insertInto('proofs')
          .values({ notebook, ...values })
          .onConflict(conflict => conflict.column('notebook').doUpdateSet(values))
          .execute();
      }),
    find: proofId =>
      read.selectFrom('proofs').selectAll().where('proof_id', '=', proofId).executeTakeFirst(),
    list(notebook) {
      const query = read.selectFrom('proofs').selectAll().orderBy('proved_time', 'desc');
      return (notebook === undefined ? query : query.where('notebook', '=', notebook)).execute();
    }
  };
}
