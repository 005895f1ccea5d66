import { sql } from 'kysely';
import type { Database } from '../database/open.ts';
import type { PipelineVersionRow, StepLinesRow } from '../database/tables/pipelines.ts';

type Branch = Pick<StepLinesRow, 'pipeline_id' | 'branch'>;

/** From which versions the lines of steps are. */
export interface StepLineStore {
  /** Up to which version the lines of a branch are known; 0 for none. */
  followedTo(of: Branch): Promise<number>;
  /** Of every step that was there by then, what was last noted of it. */
  linesAt(of: Branch, number: number): Promise<StepLinesRow[]>;
  /** @param number the version up to which all is known with these rows */
  addLines(of: Branch, rows: readonly StepLinesRow[], number: number): Promise<void>;
  /** What is known of a branch up to a version is true of the one that begins there. */
  copyLines(from: Branch, branch: string, number: number): Promise<void>;
  /** Versions of the branch above `after` up to `to`, oldest first. */
  versionsBetween(of: Branch, after: number, to: number): Promise<PipelineVersionRow[]>;
  /** Author and time of versions. */
  namesOf(of: Branch, numbers: readonly number[]): Promise<PipelineVersionRow[]>;
}

const ROWS_AT_ONCE = 500;

export function createStepLineStore({ read, write }: Database): StepLineStore {
  const versionsOf = ({ pipeline_id: pipelineId, branch }: Branch) =>
    read
      .selectFrom('pipeline_versions')
      .selectAll()
      .where('pipeline_id', '=', pipelineId)
      .where('branch', '=', branch)
      .where('revision', '=', 0)
      .orderBy('number');
  return {
    async followedTo({ pipeline_id: pipelineId, branch }) {
      const row = await read
        .selectFrom('followed_versions')
        .select('number')
        .where('pipeline_id', '=', pipelineId)
        .where('branch', '=', branch)
        .executeTakeFirst();
      return Number(row?.number ?? 0);
    },
    linesAt: ({ pipeline_id: pipelineId, branch }, number) =>
      read
        .selectFrom('step_lines as lines')
        .selectAll()
        .where('pipeline_id', '=', pipelineId)
        .where('branch', '=', branch)
        .where('number', '=', eb =>
          eb
            .selectFrom('step_lines as newest')
            .select(({ fn }) => fn.max('newest.number').as('number'))
            .where('newest.pipeline_id', '=', pipelineId)
            .where('newest.branch', '=', branch)
            .whereRef('newest.step', '=', 'lines.step')
            .where('newest.number', '<=', number)
        )
        .execute(),
    addLines: ({ pipeline_id, branch }, rows, number) =>
      write(async db => {
        for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
          await db
            .insertInto('step_lines')
            .values(rows.slice(at, at + ROWS_AT_ONCE))
            .onConflict(conflict => conflict.doNothing())
            .execute();
        await db
          .insertInto('followed_versions')
          .values({ pipeline_id, branch, number })
          .onConflict(conflict =>
            conflict
              .columns(['pipeline_id', 'branch'])
              .doUpdateSet({ number })
              .where(sql.ref('followed_versions.number'), '<', number)
          )
          .execute();
      }),
    copyLines: ({ pipeline_id, branch: from }, branch, number) =>
      write(async db => {
        const lines = await db
          .selectFrom('step_lines')
          .selectAll()
          .where('pipeline_id', '=', pipeline_id)
          .where('branch', '=', from)
          .where('number', '<=', number)
          .execute();
        for (let at = 0; at < lines.length; at += ROWS_AT_ONCE)
          await db
            .insertInto('step_lines')
            .values(lines.slice(at, at + ROWS_AT_ONCE).map(row => ({ ...row, branch })))
            .onConflict(conflict => conflict.doNothing())
            .execute();
        await db
          .insertInto('followed_versions')
          .values({ pipeline_id, branch, number })
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }),
    versionsBetween: (of, after, to) =>
      versionsOf(of).where('number', '>', after).where('number', '<=', to).execute(),
    async namesOf(of, numbers) {
      const found: PipelineVersionRow[] = [];
      for (let at = 0; at < numbers.length; at += ROWS_AT_ONCE) {
        const some = numbers.slice(at, at + ROWS_AT_ONCE);
        found.push(...(await versionsOf(of).where('number', 'in', some).execute()));
      }
      return found;
    }
  };
}
