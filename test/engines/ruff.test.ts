// Ruff finds nothing to change in exported files: neither in their layout nor in what Airflow 3 no longer has.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Engine, engine } from '../support/engines.ts';
import { REPOSITORY } from '../support/server.ts';

const FILES = join(REPOSITORY, 'test/golden/files/airflow');
let ruff: Engine;
beforeAll(async () => {
  ruff = await engine('ruff', ['ruff==0.15.5']);
});

const run = (...args: string[]) =>
  execFileSync(ruff.bin('ruff'), [...args, '--no-cache', FILES], { encoding: 'utf8' });

it('leaves the layout as it is', () => {
  expect(run('format', '--check')).toMatch(/^\d+ files already formatted/);
});

it('finds no fault', () => {
  expect(
    run('check', '--isolated', '--select', 'E4,E7,E9,F,AIR', '--ignore', 'F401,F811')
  ).toContain('All checks passed');
});
