// Looking at many runs: the table, its charts, comparison and what people do from there; on the real store.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let fixture: TrackingFixture;
const names = new Map<string, string>();
const id = (name: string) => names.get(name)!;
const runs = () => fixture.tracking.mlflow.runs;

interface Logged {
  params?: Record<string, string>;
  metrics?: Record<string, number[]>;
  tags?: Record<string, string>;
}

async function log(name: string, { params = {}, metrics = {}, tags = {} }: Logged) {
  const pairs = (map: Record<string, string>) =>
    Object.entries(map).map(([key, value]) => ({ key, value }));
  const start_time = 1_000_000 + names.size * 1000;
  const { run } = await runs().create(
    { experiment_id: '0', run_name: name, user_id: 'me', start_time, tags: pairs(tags) } as never,
    undefined
  );
  names.set(name, run.info.run_id);
  const points = Object.entries(metrics).flatMap(([key, values]) =>
    values.map((value, step) => ({ key, value, step, timestamp: start_time + step * 500 }))
  );
  await runs().logBatch(
    { run_id: run.info.run_id, params: pairs(params), metrics: points, tags: [] } as never,
    undefined
  );
}

beforeAll(async () => {
  fixture = await createTrackingFixture();
  await log('a', {
    params: { rate: '0.1', kind: 'tree', seed: '7' },
    metrics: { rmse: [30, 18, 20], score: [1] },
    tags: { team: 'red', 'mlflow.source.git.commit': 'abc' }
  });
  await log('b', {
    params: { rate: '0.2', kind: 'tree', seed: '7' },
    metrics: { rmse: [28, 19], score: [1] },
    tags: { team: 'blue', 'mlflow.source.git.commit': 'abd' }
  });
  await log('c', { params: { rate: '0.05', kind: 'line' }, metrics: { rmse: [NaN, 25] } });
  await log('d', { params: { kind: 'line' }, tags: { 'mlflow.parentRunId': id('c') } });
});
afterAll(() => fixture.close());

describe('the table', () => {
  const table = (input: object) =>
    fixture.tracking.getRunTable({
      deleted: false,
      order: [],
      offset: 0,
      limit: 100,
      columns: [],
      ...input
    });
  const shown = async (input: object) => (await table(input)).items.map(({ name }) => name);

  test('is the newest first, and any window of it', async () => {
    expect(await shown({})).toEqual(['d', 'c', 'b', 'a']);
    expect(await table({ offset: 1, limit: 2 })).toMatchObject({
      total: 4,
      items: [{ name: 'c' }, { name: 'b' }]
    });
  });

  test('is filtered and ordered in the grammar of the wire', async () => {
    expect(await shown({ filter: "metrics.rmse < 24 AND params.kind = 'tree'" })).toEqual([
      'b',
      'a'
    ]);
    expect(await shown({ order: ['metrics.rmse ASC'] })).toEqual(['b', 'a', 'c', 'd']);
    await expect(table({ filter: 'rmse <' })).rejects.toMatchObject({
      problem: { code: 'invalid_request' }
    });
  });

  test('has the columns that were asked for, with best as well as last', async () => {
    const { items } = await table({
      columns: ['params.rate', 'metrics.rmse', 'tags.team'],
      filter: "attributes.run_name = 'a'"
    });
    expect(items[0]).toMatchObject({
      params: { rate: '0.1' },
      tags: { team: 'red' },
      metrics: { rmse: { last: 20, best: 18, count: 3 } }
    });
    expect(Object.keys(items[0]!.metrics)).toEqual(['rmse']);
  });

  test('is a tree: roots with the number of their children, and the children of one', async () => {
    expect(
      (await table({ parent: 'roots' })).items.map(({ name, children }) => [name, children])
    ).toEqual([
      ['c', 1],
      ['b', 0],
      ['a', 0]
    ]);
    expect(await shown({ parent: id('c') })).toEqual(['d']);
  });

  test('says which columns there are: what differs first, no marks of clients', async () => {
    const columns = await fixture.tracking.getRunColumns({ deleted: false });
    expect(columns.total).toBe(4);
    expect(columns.params).toEqual([
      { key: 'kind', runs: 4, values: 2, numeric: false },
      { key: 'rate', runs: 3, values: 3, numeric: true },
      { key: 'seed', runs: 2, values: 1, numeric: true }
    ]);
    expect(columns.metrics).toEqual([
      { key: 'rmse', runs: 3, direction: 'lower', curve: true },
      { key: 'score', runs: 2, direction: 'unknown', curve: false }
    ]);
    expect(columns.tags.map(({ key }) => key)).toEqual(['team']);
  });

  test('deletes many at once, and takes them back', async () => {
    const gone = await fixture.tracking.deleteRuns({ runIds: [id('a'), id('d'), 'nowhere'] });
    expect(gone.runIds).toEqual([id('a'), id('d')]);
    expect(await shown({})).toEqual(['c', 'b']);
    expect(await shown({ deleted: true })).toEqual(['d', 'a']);
    await fixture.tracking.restoreRuns({ runIds: gone.runIds });
    expect(await shown({})).toEqual(['d', 'c', 'b', 'a']);
  });

  test('keeps notes, which MLflow shows too', async () => {
    await fixture.tracking.setRunNote({ runId: id('a'), note: '# Good\n' });
    expect((await fixture.tracking.getRun({ runId: id('a') })).note).toBe('# Good\n');
    expect((await table({ filter: "attributes.run_name = 'a'" })).items[0]!.note).toBe(true);
    await fixture.tracking.setRunNote({ runId: id('a'), note: ' ' });
    expect((await fixture.tracking.getRun({ runId: id('a') })).note).toBe('');
    await expect(fixture.tracking.setRunNote({ runId: 'nowhere', note: '' })).rejects.toMatchObject(
      { problem: { code: 'run_not_found' } }
    );
  });
});

test('views are kept under their name, replaced and deleted', async () => {
  const view = {
    name: 'Good ones',
    search: 'rmse < 20',
    columns: ['params.rate'],
    pinned: [],
    order: 'metrics.rmse ASC',
    nested: false
  };
  await fixture.tracking.saveRunView(view);
  await fixture.tracking.saveRunView({ ...view, search: 'rmse < 19' });
  expect((await fixture.tracking.listRunViews()).items).toEqual([{ ...view, search: 'rmse < 19' }]);
  await fixture.tracking.deleteRunView({ name: 'Good ones' });
  await expect(fixture.tracking.deleteRunView({ name: 'Good ones' })).rejects.toMatchObject({
    problem: { code: 'not_found' }
  });
});

describe('charts', () => {
  test('the frame has every run that fits, column by column', async () => {
    const frame = await fixture.tracking.getRunFrame({
      deleted: false,
      fields: ['params.rate', 'params.kind', 'metrics.rmse', 'attributes.state']
    });
    expect(frame.names).toEqual(['d', 'c', 'b', 'a']);
    expect(frame.columns).toEqual([
      { field: 'params.rate', kind: 'number', values: [null, 0.05, 0.2, 0.1], categories: [] },
      {
        field: 'params.kind',
        kind: 'category',
        values: [0, 0, 1, 1],
        categories: ['line', 'tree']
      },
      { field: 'metrics.rmse', kind: 'number', values: [null, 25, 19, 20], categories: [] },
      { field: 'attributes.state', kind: 'category', values: [0, 0, 0, 0], categories: ['running'] }
    ]);
    await expect(
      fixture.tracking.getRunFrame({ deleted: false, fields: ['attributes.password'] })
    ).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  });

  test('groups have mean and spread, those without a value come last', async () => {
    const { groups } = await fixture.tracking.getRunGroups({
      deleted: false,
      by: 'params.seed',
      metrics: ['rmse']
    });
    expect(groups).toEqual([
      {
        value: '7',
        runs: 2,
        metrics: [{ key: 'rmse', count: 2, mean: 19.5, low: 19, high: 20, deviation: Math.SQRT1_2 }]
      },
      {
        runs: 2,
        metrics: [{ key: 'rmse', count: 1, mean: 25, low: 25, high: 25, deviation: 0 }]
      }
    ]);
  });

  test('curves are on any axis, of any stretch, with a neighbour on either side', async () => {
    const shape = { points: 100, smoothing: 0 };
    const series = [{ runId: id('a'), key: 'rmse' }];
    const read = async (input: object) =>
      (await fixture.tracking.getCurves({ series, axis: 'step', ...shape, ...input })).curves[0]!;
    expect(await read({})).toMatchObject({ name: 'a', total: 3, x: [0, 1, 2], y: [30, 18, 20] });
    expect(await read({ axis: 'relative' })).toMatchObject({ x: [0, 0.5, 1] });
    expect(await read({ axis: 'time' })).toMatchObject({ x: [1_000_000, 1_000_500, 1_001_000] });
    expect(await read({ from: 0.5, to: 1.5 })).toMatchObject({ total: 1, x: [0, 1, 2] });
    expect(await read({ from: 50 })).toMatchObject({ total: 0, x: [] });
    expect((await read({ smoothing: 0.5 })).smooth).toEqual([30, 22, 20 + 6 / 7]);
  });

  test('the mean of a group of curves has the lowest and the highest run at every place', async () => {
    const { groups } = await fixture.tracking.getGroupCurves({
      deleted: false,
      by: 'params.kind',
      key: 'rmse',
      axis: 'step',
      points: 100
    });
    expect(groups.find(({ value }) => value === 'tree')).toEqual({
      value: 'tree',
      runs: 2,
      x: [0, 1, 2],
      mean: [29, 18.5, 20],
      low: [28, 18, 20],
      high: [30, 19, 20]
    });
  });

  test('importance is of the params of runs that have the metric', async () => {
    const answer = await fixture.tracking.getParamImportance({ deleted: false, metric: 'rmse' });
    expect(answer).toMatchObject({ metric: 'rmse', direction: 'lower', runs: 3 });
    expect(answer.params.map(({ key, importance }) => [key, importance])).toEqual([
      ['kind', 0],
      ['rate', 0]
    ]);
    expect(answer.method).toMatch(/shuffled/);
  });
});

describe('comparison', () => {
  const compare = (runIds: string[], everything = false) =>
    fixture.tracking.compare({ runIds, everything });

  test('says only what differs, and counts what does not', async () => {
    const answer = await compare([id('a'), id('b')]);
    expect(answer.runs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(answer.params).toEqual([{ key: 'rate', values: ['0.1', '0.2'] }]);
    expect(answer.equal).toMatchObject({ params: 2, metrics: 1 });
    expect(answer.metrics).toEqual([
      {
        key: 'rmse',
        direction: 'lower',
        values: [20, 19],
        best: [18, 19],
        change: [null, -1],
        verdict: ['unknown', 'better'],
        curve: true
      }
    ]);
    expect(answer.tags).toEqual([
      { key: 'git commit', values: ['abc', 'abd'] },
      { key: 'team', values: ['red', 'blue'] }
    ]);
    expect(answer.environmentUnknown).toEqual([id('a'), id('b')]);
  });

  test('says everything when asked, and null where a run has nothing', async () => {
    const answer = await compare([id('a'), id('c'), id('b')], true);
    expect(answer.equal.params).toBe(0);
    expect(answer.params).toEqual([
      { key: 'kind', values: ['tree', 'line', 'tree'] },
      { key: 'rate', values: ['0.1', '0.05', '0.2'] },
      { key: 'seed', values: ['7', null, '7'] }
    ]);
    expect(answer.metrics.find(({ key }) => key === 'score')).toMatchObject({
      values: [1, null, 1],
      change: [null, null, 0],
      verdict: ['unknown', 'unknown', 'same']
    });
  });

  test('needs two runs that are there', async () => {
    await expect(compare([id('a'), id('a')])).rejects.toMatchObject({
      problem: { code: 'invalid_request' }
    });
    await expect(compare([id('a'), 'nowhere'])).rejects.toMatchObject({
      problem: { code: 'run_not_found' }
    });
  });

  test('lists artifacts that differ, by content where the size is the same', async () => {
    const put = (name: string, path: string, text: string) =>
      fixture.artifacts.put(`0/${id(name)}/artifacts/${path}`, Buffer.from(text));
    for (const name of ['a', 'b']) await put(name, 'same.txt', 'one');
    await put('a', 'plots/roc.svg', '<svg/>');
    await put('b', 'plots/roc.svg', '<svg >');
    await put('b', 'only.csv', 'x,y\n1,2\n');
    expect((await compare([id('a'), id('b')])).artifacts).toEqual([
      { path: 'only.csv', bytes: [null, 8], kind: 'table' },
      { path: 'plots/roc.svg', bytes: [6, 6], kind: 'image' }
    ]);
    const look = (path: string) => fixture.tracking.previewArtifact({ runId: id('b'), path });
    expect(await look('only.csv')).toMatchObject({
      table: { columns: ['x', 'y'], rows: [['1', '2']] },
      cut: false
    });
    expect(await look('plots/roc.svg')).toMatchObject({ kind: 'image', mime: 'image/svg+xml' });
    expect(await look('same.txt')).toMatchObject({ kind: 'text', content: 'one' });
    await expect(look('../../../stepladder.db')).rejects.toMatchObject({
      problem: { code: 'invalid_request' }
    });
    await expect(look('nothing.txt')).rejects.toMatchObject({ problem: { code: 'not_found' } });
  });

  test('shows the source of each cell that changed; a cell has its history', async () => {
    const cell = (executionId: string, cellId: string, source: string) => [
      { type: 'cell-started' as const, executionId, cellId, source },
      { type: 'cell-ended' as const, executionId, state: 'ok' as const }
    ];
    const first = await fixture.say('hook', [
      { type: 'session-started' },
      ...cell('e1', 'load', 'x = 1'),
      ...cell('e2', 'fit', 'fit(x)\nprint(1)')
    ]);
    const second = await fixture.say('hook', [
      { type: 'session-started' },
      ...cell('f1', 'load', 'x = 1'),
      ...cell('f2', 'fit', 'fit(x, 2)\nprint(1)'),
      ...cell('f3', 'plot', 'plot()')
    ]);
    const answer = await compare([first.runId!, second.runId!]);
    expect(answer.cells.map(({ changes }) => changes[0])).toEqual([
      {
        runId: second.runId,
        change: 'changed',
        lines: ['-fit(x)', '+fit(x, 2)', ' print(1)']
      },
      { runId: second.runId, change: 'added', lines: ['+plot()'] }
    ]);
    expect(answer.equal.cells).toBe(1);
    const history = await fixture.tracking.getCellHistory({ cellId: 'fit' });
    expect(history.items.map(({ runId, change }) => [runId, change])).toEqual([
      [second.runId, ['-fit(x)', '+fit(x, 2)', ' print(1)']],
      [first.runId, []]
    ]);
  });
});
