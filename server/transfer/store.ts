import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { TransferMarkRow } from '../database/tables/transfer.ts';

export async function readMarks(
  db: Db,
  source: string,
  kind: TransferMarkRow['kind'],
  ids: readonly string[]
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('transfer_marks')
    .select(['source_id', 'mark'])
    .where('source', '=', source)
    .where('kind', '=', kind)
    .where('source_id', 'in', ids)
    .execute();
  return new Map(rows.map(({ source_id, mark }) => [source_id, mark]));
}

export async function putMarks(db: Db, rows: readonly TransferMarkRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('transfer_marks')
    .values([...rows])
    .onConflict(conflict =>
      conflict
        .columns(['source', 'kind', 'source_id'])
        .doUpdateSet({ mark: sql.ref('excluded.mark') })
    )
    .execute();
}
