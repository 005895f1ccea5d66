import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
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
