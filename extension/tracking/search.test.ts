import { expect, test } from 'vitest';
import { filterOf } from './search.ts';

test.each([
  ['', undefined],
  ['rmse < 20', 'metrics.rmse < 20'],
  ['val/rmse<=1e-3', 'metrics.`val/rmse` <= 1e-3'],
  ['model = forest', "params.model = 'forest'"],
  ['params.rounds = 200 and rmse < 19', "params.rounds = '200' AND metrics.rmse < 19"],
  ['state = failed', "attributes.status = 'FAILED'"],
  ['heron', "attributes.run_name ILIKE '%heron%'"],
  ["it's 100%", "attributes.run_name ILIKE '%its 100%'"]
])('%s', (typed, filter) => expect(filterOf(typed)).toBe(filter));
