// A database of its own for a test: SQLite, or in the PostgreSQL that the project `stores` of vitest.config.ts provides, so
// that one suite holds both. For tests only.
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from './open.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
  }
}

export const postgresUrl: string | undefined = inject('postgres');

const TEMPLATE = 'stepladder_template';

export interface TestPlace {
  /** What `openDatabase` takes. */
  place: string;
  /** When nobody has it open any more. */
  drop(): Promise<void>;
}

/** With its tables. @param file where the SQLite file would be. */
export const createTestPlace = async (file: string): Promise<TestPlace> =>
  createPlace(file, postgresUrl === undefined ? '' : await template());

/** Without any table. */
export const createEmptyPlace = (file: string): Promise<TestPlace> =>
  createPlace(file, 'template1');

async function createPlace(file: string, from: string): Promise<TestPlace> {
  if (postgresUrl === undefined) return { place: file, drop: async () => {} };
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name} template ${from}`);
  return {
    place: urlOf(name),
    drop: () => administer(`drop database ${name} with (force)`)
  };
}

/** Gone when it is closed. */
export async function openTestDatabase(): Promise<Database> {
  const { place, drop } = await createTestPlace(':memory:');
  const database = await openDatabase(place);
  return {
    ...database,
    async close() {
      await database.close();
      await drop();
    }
  };
}

function urlOf(database: string): string {
  const url = new URL(postgresUrl!);
  url.pathname = `/${database}`;
  return url.href;
}

/** Migrated once, then copied: tests are many. */
async function template(): Promise<string> {
  const client = new Client({ connectionString: postgresUrl! });
  await client.connect();
  try {
    // Several test processes come here at once.
    await client.query('select pg_advisory_lock(1)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      TEMPLATE
    ]);
    if (rowCount === 0) {
      await client.query(`create database ${TEMPLATE}_new`);
      await (await openDatabase(urlOf(`${TEMPLATE}_new`))).close();
      await client.query(`alter database ${TEMPLATE}_new rename to ${TEMPLATE}`);
    }
  } finally {
    await client.end();
  }
  return TEMPLATE;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl! });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
