import { get, post, type Request } from './request.ts';

const RUN = { run_id: '{run}' };
const metric = (id: string, fields: object) =>
  post(`metrics: ${id}`, 'runs/log-metric', {
    ...RUN,
    key: 'm',
    value: 1,
    timestamp: 1000,
    step: 0,
    ...fields
  });
const batch = (id: string, fields: object) =>
  post(`batch: ${id}`, 'runs/log-batch', { ...RUN, ...fields });
const param = (id: string, fields: object) =>
  post(`params: ${id}`, 'runs/log-parameter', { ...RUN, ...fields });
const tag = (id: string, fields: object) =>
  post(`tags: ${id}`, 'runs/set-tag', { ...RUN, ...fields });
const history = (id: string, fields: object) =>
  get(`history: ${id}`, 'metrics/get-history', { ...RUN, metric_key: 'm', ...fields });

const KEYS = ['a/b', 'a.b', 'a-b', 'a b', 'a:b', 'a_b', 'ünï', '1', '日本'];
const BAD_KEYS = [
  '../a',
  'a/../b',
  '/a',
  'a/',
  'a//b',
  './a',
  'a\\b',
  'a@b',
  'a#b',
  'a\nb',
  'a*',
  '',
  'x'.repeat(251),
  'a$b',
  '.',
  '..'
];

export const runs: Request[] = [
  post(
    'runs: create',
    'runs/create',
    {
      experiment_id: '{one}',
      run_name: 'first',
      user_id: 'me',
      start_time: 1000,
      tags: [{ key: 'k', value: 'v' }]
    },
    { run: 'run.info.run_id' }
  ),
  post(
    'runs: create with times as text',
    'runs/create',
    { experiment_id: '{one}', run_name: 'second', start_time: '2000' },
    { second: 'run.info.run_id' }
  ),
  post('runs: a name and another name tag', 'runs/create', {
    experiment_id: '{one}',
    run_name: 'a',
    tags: [{ key: 'mlflow.runName', value: 'b' }]
  }),
  post('runs: create in none', 'runs/create', { experiment_id: '123456', run_name: 'x' }),
  post('runs: create with a time that is none', 'runs/create', {
    experiment_id: '{one}',
    run_name: 'x',
    start_time: 'now'
  }),
  post('runs: create with tags that are none', 'runs/create', {
    experiment_id: '{one}',
    run_name: 'x',
    tags: [{ value: 'v' }]
  }),
  get('runs: get', 'runs/get', RUN),
  get('runs: get by the older name', 'runs/get', { run_uuid: '{run}' }),
  get('runs: get none', 'runs/get', { run_id: 'f'.repeat(32) }),
  get('runs: get without id', 'runs/get'),
  ...KEYS.map(key => metric(`the key ${key}`, { key })),
  ...BAD_KEYS.map(key => metric(`no key like ${JSON.stringify(key).slice(0, 20)}`, { key })),
  metric('a number', { value: 0.25, step: 1, timestamp: 1001 }),
  metric('the same again', { value: 0.25, step: 1, timestamp: 1001 }),
  metric('text of a number', { value: '0.5', step: '2', timestamp: '1002' }),
  metric('NaN', { key: 'nan', value: 'NaN' }),
  metric('infinity', { key: 'inf', value: 'Infinity' }),
  metric('minus infinity', { key: 'neg', value: '-Infinity' }),
  metric('a step below zero', { key: 'below', step: -5 }),
  metric('an early step later', { value: 9, step: 0, timestamp: 5000 }),
  metric('a large value', { key: 'large', value: 1e300 }),
  metric('a time below zero', { timestamp: -1 }),
  metric('no value', { value: undefined }),
  metric('no time', { timestamp: undefined }),
  metric('no key', { key: undefined }),
  metric('text for a value', { value: 'much' }),
  metric('text for a step', { step: 'one' }),
  metric('half a step', { step: 1.5 }),
  metric('true for a value', { value: true }),
  metric('a list for a value', { value: [1] }),
  metric('null for a step', { step: null }),
  metric('of no run', { run_id: 'f'.repeat(32) }),
  metric('without a run', { run_id: undefined }),
  param('a value', { key: 'p', value: '1' }),
  param('the same value', { key: 'p', value: '1' }),
  param('another value', { key: 'p', value: '2' }),
  param('an empty value', { key: 'empty', value: '' }),
  param('no value', { key: 'none' }),
  param('a number', { key: 'n', value: 3 }),
  param('no key', { value: '1' }),
  param('a bad key', { key: '../p', value: '1' }),
  param('a value of 7,000 letters', { key: 'long', value: 'x'.repeat(7000) }),
  param('of no run', { run_id: 'f'.repeat(32), key: 'p', value: '1' }),
  tag('a value', { key: 't', value: '1' }),
  tag('another value', { key: 't', value: '2' }),
  tag('an empty value', { key: 'void', value: '' }),
  tag('no key', { value: '1' }),
  tag('a bad key', { key: 'a//b', value: '1' }),
  tag('a value of 9,000 letters', { key: 'long', value: 'x'.repeat(9000) }),
  tag('the name', { key: 'mlflow.runName', value: 'renamed' }),
  post('tags: delete', 'runs/delete-tag', { ...RUN, key: 'void' }),
  post('tags: delete none', 'runs/delete-tag', { ...RUN, key: 'void' }),
  get('runs: after all that', 'runs/get', RUN),
  batch('of everything', {
    metrics: [
      { key: 'b', value: 1, timestamp: 1, step: 1 },
      { key: 'b', value: 2, timestamp: 1, step: 2 }
    ],
    params: [{ key: 'bp', value: '1' }],
    tags: [
      { key: 'bt', value: '1' },
      { key: 'bt', value: '2' }
    ]
  }),
  batch('the same again', {
    metrics: [{ key: 'b', value: 1, timestamp: 1, step: 1 }],
    params: [{ key: 'bp', value: '1' }],
    tags: [{ key: 'bt', value: '2' }]
  }),
  batch('of nothing', {}),
  batch('with another param value', { params: [{ key: 'bp', value: '2' }] }),
  batch('with a param twice', {
    params: [
      { key: 'x', value: '1' },
      { key: 'x', value: '1' }
    ]
  }),
  batch('with a bad key', { metrics: [{ key: '../b', value: 1, timestamp: 1 }] }),
  batch('with a metric without time', { metrics: [{ key: 'b', value: 1 }] }),
  batch('with text for metrics', { metrics: 'x' }),
  batch('with text for params', { params: 'x' }),
  batch('with a number for a tag', { tags: [{ key: 't', value: 1 }] }),
  batch('of 1,001 metrics', {
    metrics: Array.from({ length: 1001 }, (_, step) => ({ key: 'b', value: 1, timestamp: 1, step }))
  }),
  batch('of 101 params', {
    params: Array.from({ length: 101 }, (_, n) => ({ key: `p${n}`, value: '1' }))
  }),
  batch('of 101 tags', {
    tags: Array.from({ length: 101 }, (_, n) => ({ key: `t${n}`, value: '1' }))
  }),
  batch('of 1,000 metrics', {
    metrics: Array.from({ length: 1000 }, (_, step) => ({
      key: 'many',
      value: step % 7,
      timestamp: 1 + step,
      step
    }))
  }),
  batch('of no run', { run_id: 'f'.repeat(32), tags: [{ key: 't', value: '1' }] }),
  history('whole', {}),
  history('a page', { max_results: 2 }),
  history('no results', { max_results: 0 }),
  history('a metric that is none', { metric_key: 'nothing' }),
  history('no metric', { metric_key: '' }),
  history('a token that is none', { page_token: 'nonsense', max_results: 2 }),
  history('of no run', { run_id: 'f'.repeat(32) }),
  history('NaN', { metric_key: 'nan' }),
  history('infinity', { metric_key: 'inf' }),
  get('bulk: interval, all', 'metrics/get-history-bulk-interval', {
    run_ids: ['{run}', '{second}'],
    metric_key: 'm'
  }),
  get('bulk: interval, steps', 'metrics/get-history-bulk-interval', {
    run_ids: '{run}',
    metric_key: 'm',
    start_step: 1,
    end_step: 2
  }),
  get('bulk: interval, few points', 'metrics/get-history-bulk-interval', {
    run_ids: '{run}',
    metric_key: 'many',
    max_results: 10
  }),
  get('bulk: interval, one step', 'metrics/get-history-bulk-interval', {
    run_ids: '{run}',
    metric_key: 'm',
    start_step: 1
  }),
  get('bulk: interval, no run', 'metrics/get-history-bulk-interval', { metric_key: 'm' }),
  get('bulk: interval, too many points', 'metrics/get-history-bulk-interval', {
    run_ids: '{run}',
    metric_key: 'm',
    max_results: 2501
  }),
  {
    ...get('bulk: history', 'metrics/get-history-bulk', { run_id: '{run}', metric_key: 'm' }),
    path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={run}&metric_key=m'
  },
  {
    ...get('bulk: history of nothing', ''),
    path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=m'
  },
  post('inputs: a dataset', 'runs/log-inputs', {
    ...RUN,
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'train' }],
        dataset: {
          name: 'd',
          digest: '1',
          source_type: 'local',
          source: '{}',
          schema: 's',
          profile: 'p'
        }
      }
    ]
  }),
  post('inputs: the same again', 'runs/log-inputs', {
    ...RUN,
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'train' }],
        dataset: { name: 'd', digest: '1', source_type: 'local', source: '{}' }
      }
    ]
  }),
  post('inputs: without digest', 'runs/log-inputs', {
    ...RUN,
    datasets: [{ dataset: { name: 'd', source_type: 'local', source: '{}' } }]
  }),
  post('inputs: text', 'runs/log-inputs', { ...RUN, datasets: 'd' }),
  post('inputs: of no run', 'runs/log-inputs', { run_id: 'f'.repeat(32), datasets: [] }),
  {
    ...post('inputs: search', 'experiments/search-datasets', { experiment_ids: ['{one}'] }),
    path: '/ajax-api/2.0/mlflow/experiments/search-datasets'
  },
  {
    ...post('inputs: search nowhere', 'experiments/search-datasets', {}),
    path: '/ajax-api/2.0/mlflow/experiments/search-datasets'
  },
  post('model: recorded', 'runs/log-model', {
    ...RUN,
    model_json: JSON.stringify({
      artifact_path: 'model',
      flavors: { sklearn: {} },
      utc_time_created: '2026-01-01',
      run_id: 'r'
    })
  }),
  post('model: without flavors', 'runs/log-model', {
    ...RUN,
    model_json: JSON.stringify({ artifact_path: 'model' })
  }),
  post('model: no JSON', 'runs/log-model', { ...RUN, model_json: 'x' }),
  get('runs: with inputs', 'runs/get', RUN),
  post('runs: end', 'runs/update', { ...RUN, status: 'FINISHED', end_time: 9000 }),
  post('runs: end by number', 'runs/update', { run_id: '{second}', status: 4, end_time: 9000 }),
  post('runs: a status that is none', 'runs/update', { ...RUN, status: 'OVER' }),
  post('runs: rename', 'runs/update', { ...RUN, run_name: 'third' }),
  post('runs: update none', 'runs/update', { run_id: 'f'.repeat(32), status: 'FINISHED' }),
  post('runs: delete', 'runs/delete', { run_id: '{second}' }),
  get('runs: get a deleted one', 'runs/get', { run_id: '{second}' }),
  post('runs: log to a deleted one', 'runs/log-parameter', {
    run_id: '{second}',
    key: 'p',
    value: '1'
  }),
  post('runs: delete it again', 'runs/delete', { run_id: '{second}' }),
  post('runs: restore', 'runs/restore', { run_id: '{second}' }),
  post('runs: restore it again', 'runs/restore', { run_id: '{second}' }),
  post('runs: delete none', 'runs/delete', { run_id: 'f'.repeat(32) })
];
