import type { Db } from '../database/open.ts';

export const readViews = (db: Db) =>
  db.selectFrom('run_views').selectAll().orderBy('name').execute();

export const saveView = (db: Db, view: { name: string; settings: string; saved_at: number }) =>
  db
    .insertInto('run_views')
    .values(view)
    .onConflict(conflict =>
      conflict.column('name').doUpdateSet({ settings: view.settings, saved_at: view.saved_at })
    )
    .execute();

/** @returns whether there was one. */
export async function deleteView(db: Db, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('run_views')
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
