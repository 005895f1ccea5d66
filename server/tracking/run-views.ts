// Saved views of the table of runs.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import type * as operations from '../contract/tracking-runs.ts';
import { RunView } from '../contract/tracking-runs.ts';
import type { Database } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import * as store from './run-view-store.ts';

export function createRunViews({ database, clock }: { database: Database; clock: Clock }) {
  return {
    async listRunViews(): Promise<ResponseOf<typeof operations.listRunViews>> {
      const rows = await store.readViews(database.read);
      return {
        items: rows.map(({ name, settings }) =>
          RunView.parse({ ...(JSON.parse(settings) as object), name })
        )
      };
    },

    async saveRunView(
      view: InputOf<typeof operations.saveRunView>
    ): Promise<ResponseOf<typeof operations.saveRunView>> {
      const { name, ...settings } = view;
      await database.write(db =>
        store.saveView(db, { name, settings: JSON.stringify(settings), saved_at: clock() })
      );
      return view;
    },

    async deleteRunView({
      name
    }: InputOf<typeof operations.deleteRunView>): Promise<
      ResponseOf<typeof operations.deleteRunView>
    > {
      const isGone = await database.write(db => store.deleteView(db, name));
      if (!isGone) throw problem('not_found', `There is no saved view "${name}"`);
      return { name };
    }
  };
}
