// For the project `stores`: one PostgreSQL for its whole run; `server/database/test-database.ts` makes databases in it.
import type { TestProject } from 'vitest/node';
// What it provides is declared there.
import type {} from '../../server/database/test-database.ts';
import { startPostgres } from './postgres.ts';

export default async function provide(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('postgres', postgres.url);
  return () => postgres.stop();
}
