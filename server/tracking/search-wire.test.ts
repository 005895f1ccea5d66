// Search of runs over MLflow's wire.
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();
const { post, newRun, getRun } = wire;

test('numbers first, then NaN, then none, in both directions, and pages by key', async () => {
  const values = [2, 'NaN', undefined, 1, 3];
  for (const value of values) {
    const run_id = await newRun({ run_name: String(value), start_time: 1 });
    if (value !== undefined)
      await post('runs/log-metric', { run_id, key: 'm', value, timestamp: 1 });
  }
  for (const [order, expected] of [
    ['metrics.m ASC', ['1', '2', '3', 'NaN', 'undefined']],
    ['metrics.m DESC', ['3', '2', '1', 'NaN', 'undefined']]
  ] as const) {
    const names: string[] = [];
    for (let page_token = ''; ;) {
      const { body } = await post('runs/search', {
        experiment_ids: ['0'],
        order_by: [order],
        max_results: 2,
        page_token
      });
      names.push(...body.runs.map((run: { info: { run_name: string } }) => run.info.run_name));
      page_token = body.next_page_token ?? '';
      if (page_token === '') break;
    }
    expect(names).toEqual(expected);
  }
});

test('what a metric was at its best, highest or lowest is searched and ordered by too', async () => {
  for (const [run_name, losses] of [
    ['a', [5, 1, 4]],
    ['b', [2, 3]],
    ['c', ['NaN', 'Infinity']],
    ['d', []],
    ['e', Array.from({ length: 300 }, (_, step) => (step === 150 ? 0.5 : step + 6))]
  ] as const) {
    const run_id = await newRun({ run_name, start_time: 1 });
    const metrics = losses.map((value, step) => ({ key: 'val loss', value, timestamp: 1, step }));
    await post('runs/log-batch', { run_id, metrics });
  }
  const names = async (asked: object) => {
    const { body } = await post('runs/search', { experiment_ids: ['0'], ...asked });
    return (body.runs ?? []).map((run: { info: { run_name: string } }) => run.info.run_name);
  };
  for (const order of ['best.`val loss` ASC', 'max.`val loss` DESC']) {
    const found = await names({ order_by: [order, 'run_name'] });
    expect(found).toEqual(['e', 'a', 'b', 'c', 'd']);
  }
  const order_by = ['run_name'];
  expect(await names({ filter: 'best.`val loss` <= 1', order_by })).toEqual(['a', 'e']);
  expect(await names({ filter: 'max.`val loss` < 6 AND min.`val loss` > 1.5' })).toEqual(['b']);
  expect(await names({ filter: 'min.`val loss` IS NULL' })).toEqual(['d']);
  const { body } = await post('runs/search', { experiment_ids: ['0'], order_by: ['best.depth'] });
  expect(body.message).toContain("more or less of 'depth' is better");
});

test('one of several, and NaN is not equal to anything', async () => {
  for (const [run_name, value] of [
    ['a', 1],
    ['b', 'NaN'],
    ['c', 3]
  ] as const) {
    const run_id = await newRun({ run_name, start_time: 1 });
    await post('runs/log-metric', { run_id, key: 'm', value, timestamp: 1 });
  }
  const names = async (filter: string) => {
    const asked = { experiment_ids: ['0'], filter, order_by: ['run_name'] };
    const { body } = await post('runs/search', asked);
    return (body.runs ?? []).map((run: { info: { run_name: string } }) => run.info.run_name);
  };
  expect(await names("metrics.m = 1 OR run_name = 'c'")).toEqual(['a', 'c']);
  expect(await names("status = 'RUNNING' AND (run_name = 'a' OR run_name = 'b')")).toEqual([
    'a',
    'b'
  ]);
  expect(await names("status = 'FAILED' AND run_name = 'a' OR metrics.m > 2")).toEqual(['c']);
  expect(await names('metrics.m != 1')).toEqual(['b', 'c']);
  expect(await names('metrics.m < 9')).toEqual(['a', 'c']);
});

test('by the data that a run read', async () => {
  const run_id = await newRun();
  const dataset = { name: 'flights', digest: 'd1', source_type: 'local', source: 'x' };
  const tags = [{ key: 'mlflow.data.context', value: 'train' }];
  await post('runs/log-inputs', { run_id, datasets: [{ dataset, tags }] });
  await newRun();
  for (const filter of [
    "dataset.name = 'flights'",
    "datasets.context IN ('train')",
    "dataset.digest LIKE 'd%'"
  ]) {
    expect((await post('runs/search', { experiment_ids: ['0'], filter })).body.runs).toHaveLength(
      1
    );
  }
  expect((await getRun(run_id)).inputs.dataset_inputs).toEqual([{ dataset, tags }]);
});

test.each([
  [{ max_results: 123456789 }, "Invalid value 123456789 for parameter 'max_results' supplied"],
  [{ page_token: 'nonsense' }, 'Invalid page token'],
  [{ filter: "attribute.nothing = 'x'" }, 'Invalid attribute key'],
  [{ filter: 'params.a > 3' }, 'Invalid comparator'],
  [{ filter: "metrics.a = 'x'" }, 'Expected numeric value'],
  [{ order_by: ['start_time', 'start_time DESC'] }, 'duplicate fields']
])('refuses %j', async (fields, words) => {
  const answer = await post('runs/search', { experiment_ids: ['0'], ...fields });
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(words) }
  });
});

test('runs are found by several values at once, to the last character of long ones', async () => {
  const long = '𝛼'.repeat(199);
  const tagged = { short: long, whole: `${long}b`, longer: `${long}bc`, other: `${long}bd` };
  for (const [run_name, value] of Object.entries(tagged)) {
    const run_id = await newRun({ run_name, start_time: 1, tags: [{ key: 'text', value }] });
    const params = [{ key: 'kind', value: run_name === 'other' ? 'b' : 'a' }];
    await post('runs/log-batch', { run_id, params });
  }
  const names = async (filter: string) => {
    const asked = { experiment_ids: ['0'], filter, order_by: ['run_name'] };
    const { body } = await post('runs/search', asked);
    return (body.runs ?? []).map((run: { info: { run_name: string } }) => run.info.run_name);
  };
  for (const [name, value] of Object.entries(tagged))
    expect(await names(`tags.text = '${value}'`)).toEqual([name]);
  expect(await names(`tags.text = '${tagged.other}' AND params.kind = 'a'`)).toEqual([]);
  expect(await names(`params.kind = 'b' AND tags.text = '${tagged.other}'`)).toEqual(['other']);
  expect(await names(`tags.text = '${long}' OR params.kind = 'b' AND run_name = 'other'`)).toEqual([
    'other',
    'short'
  ]);
});

test('infinities have their place in an order', async () => {
  for (const value of ['-Infinity', 0, 'Infinity']) {
    const run_id = await newRun({ run_name: String(value), start_time: 1 });
    await post('runs/log-metric', { run_id, key: 'm', value, timestamp: 1 });
  }
  const { body } = await post('runs/search', { experiment_ids: ['0'], order_by: ['metrics.m'] });
  const names = body.runs.map((run: { info: { run_name: string } }) => run.info.run_name);
  expect(names).toEqual(['-Infinity', '0', 'Infinity']);
});
