import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Of the tests in one file that may run at the same time.
    maxConcurrency: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{server,kernel-bridge,extension}/**/*.test.{ts,tsx}',
            'test/*.test.ts',
            'test/golden/**/*.test.ts'
          ],
          testTimeout: 30_000
        }
      },
      {
        // What the unit tests say of stores, once more on PostgreSQL, and what only a real server can show.
        test: {
          name: 'stores',
          include: [
            'test/stores/**/*.test.ts',
            'server/database/database.test.ts',
            'server/{tracking,registry,executor,exports,transfer}/**/*.test.ts'
          ],
          globalSetup: ['test/support/provide-postgres.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      },
      ...['kernels', 'peers', 'engines', 'lab', 'package'].map(name => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false
        }
      }))
    ]
  }
});
