// SQL of the prediction services.
import type { Selectable } from 'kysely';
import type { Database } from '../database/open.ts';
import type { EndpointRow, EndpointSwitchRow } from '../database/tables/deployments.ts';

export type { EndpointRow };
export type DeploymentsStore = ReturnType<typeof createDeploymentsStore>;

const SWITCHES_SHOWN = 20;

export function createDeploymentsStore({ read, write }: Database) {
  return {
    list: (): Promise<EndpointRow[]> =>
      read.selectFrom('endpoints').selectAll().orderBy('name').execute(),

    find: (name: string): Promise<EndpointRow | undefined> =>
      read.selectFrom('endpoints').selectAll().where('name', '=', name).executeTakeFirst(),

    save: (row: EndpointRow): Promise<void> =>
      write(async db => {
        await db
          .insertInto('endpoints')
          .values(row)
          .onConflict(conflict => conflict.column('name').doUpdateSet(row))
          .execute();
      }),

    setWanted: (name: string, wanted: boolean): Promise<void> =>
      write(async db => {
        await db
          .updateTable('endpoints')
          .set({ wanted: Number(wanted) })
          .where('name', '=', name)
          .execute();
      }),

    addSwitch: (row: Omit<EndpointSwitchRow, 'id'>): Promise<void> =>
      write(async db => {
        await db.insertInto('endpoint_switches').values(row).execute();
      }),

    /** Newest first. */
    listSwitches: (endpoint: string): Promise<Selectable<EndpointSwitchRow>[]> =>
      read
        .selectFrom('endpoint_switches')
        .selectAll()
        .where('endpoint', '=', endpoint)
        .orderBy('id', 'desc')
        .limit(SWITCHES_SHOWN)
        .execute(),

    /** The digest that stands for a place: the first one recorded. */
    recordDigest: (location: string, digest: string, time: number): Promise<string> =>
      write(async db => {
        await db
          .insertInto('model_digests')
          .values({ location, digest, recorded_time: time })
          .onConflict(conflict => conflict.column('location').doNothing())
          .execute();
        const row = db
          .selectFrom('model_digests')
          .select('digest')
          .where('location', '=', location);
        return (await row.executeTakeFirstOrThrow()).digest;
      })
  };
}
