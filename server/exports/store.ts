import type { Database } from '../database/open.ts';
import type { ExportRow } from '../database/tables/exports.ts';

export interface ExportStore {
  save(row: ExportRow): Promise<void>;
  /** Newest first. */
  list(): Promise<ExportRow[]>;
}

export function createExportStore(database: Database): ExportStore {
  return {
    save: row =>
      database.write(async db => {
        await db.insertInto('exports').values(row).execute();
      }),
    list: () =>
      database.read
        .selectFrom('exports')
        .selectAll()
        .orderBy('exported_time', 'desc')
        .orderBy('export_id', 'desc')
        .execute()
  };
}
