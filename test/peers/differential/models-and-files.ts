import { get, post, type Request, send } from './request.ts';

const ID = 'logged-models/{model}';
const search = (id: string, fields: object) =>
  post(`logged models search: ${id}`, 'logged-models/search', {
    experiment_ids: ['{one}'],
    ...fields
  });
const FILES = '/api/2.0/mlflow-artifacts/artifacts';
const file = (
  id: string,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body?: string
): Request => ({
  id: `files: ${id}`,
  method,
  path: FILES + path,
  ...(body !== undefined && { body, type: 'text/plain' })
});
const ROOT = '/{one}/{run}/artifacts';

export const loggedModels: Request[] = [
  post(
    'logged models: create',
    'logged-models',
    {
      experiment_id: '{one}',
      name: 'lm',
      model_type: 'Agent',
      source_run_id: '{run}',
      params: [{ key: 'p', value: '1' }],
      tags: [{ key: 't', value: 'v' }]
    },
    { model: 'model.info.model_id' }
  ),
  post('logged models: without experiment', 'logged-models', { name: 'lm' }),
  post('logged models: in none', 'logged-models', { experiment_id: '123456', name: 'lm' }),
  post('logged models: a bad name', 'logged-models', { experiment_id: '{one}', name: 'a/b' }),
  post('logged models: a name with a dot', 'logged-models', {
    experiment_id: '{one}',
    name: 'a.b'
  }),
  get('logged models: get', ID),
  get('logged models: get none', 'logged-models/m-none'),
  post('logged models: more params', `${ID}/params`, {
    model_id: '{model}',
    params: [{ key: 'q', value: '2' }]
  }),
  send('logged models: tags', 'PATCH', `${ID}/tags`, { tags: [{ key: 'u', value: 'w' }] }),
  send('logged models: delete a tag', 'DELETE', `${ID}/tags/u`),
  send('logged models: delete a tag that is none', 'DELETE', `${ID}/tags/u`),
  send('logged models: ready', 'PATCH', ID, { model_id: '{model}', status: 'LOGGED_MODEL_READY' }),
  send('logged models: ready by number', 'PATCH', ID, { model_id: '{model}', status: 2 }),
  send('logged models: ready without status', 'PATCH', ID, { model_id: '{model}' }),
  post('logged models: output of a run', 'runs/outputs', {
    run_id: '{run}',
    models: [{ model_id: '{model}', step: 1 }]
  }),
  post('logged models: a metric', 'runs/log-metric', {
    run_id: '{run}',
    key: 'acc',
    value: 0.9,
    timestamp: 1,
    step: 1,
    model_id: '{model}'
  }),
  get('logged models: with a metric', ID),
  search('all', {}),
  search('by name', { filter: "name = 'lm'" }),
  search('by type', { filter: "model_type = 'Agent'" }),
  search('by param', { filter: "params.p = '1'" }),
  search('by tag', { filter: "tags.t = 'v'" }),
  search('by metric', { filter: 'metrics.acc > 0.5' }),
  search('by a metric that is too low', { filter: 'metrics.acc > 0.95' }),
  search('by status', { filter: "status = 'READY'" }),
  search('by run', { filter: "source_run_id = '{run}'" }),
  search('by id', { filter: "model_id = '{model}'" }),
  search('LIKE', { filter: "name LIKE 'l%'" }),
  search('order', { order_by: [{ field_name: 'metrics.acc', ascending: false }] }),
  search('a key that is none', { filter: "nothing = 'x'" }),
  search('nowhere', { experiment_ids: [] }),
  search('no results', { max_results: -1 }),
  search('a token that is none', { page_token: 'nonsense' }),
  search('order by what is none', { order_by: [{ field_name: 'nothing' }] }),
  search('a broken filter', { filter: 'name =' }),
  send('logged models: a status that is none', 'PATCH', ID, {
    model_id: '{model}',
    status: 'OVER'
  }),
  send('logged models: delete', 'DELETE', ID),
  get('logged models: get a deleted one', ID),
  send('logged models: delete it again', 'DELETE', ID)
];

export const files: Request[] = [
  file('put', 'PUT', `${ROOT}/d/a.txt`, 'hello'),
  file('put another', 'PUT', `${ROOT}/b.json`, '{}'),
  file('get', 'GET', `${ROOT}/d/a.txt`),
  file('get none', 'GET', `${ROOT}/nothing.txt`),
  file('get a folder', 'GET', `${ROOT}/d`),
  file('list', 'GET', `?path={one}/{run}/artifacts`),
  file('list a folder', 'GET', `?path={one}/{run}/artifacts/d`),
  file('list a file', 'GET', `?path={one}/{run}/artifacts/b.json`),
  file('list nothing', 'GET', '?path=nothing'),
  ...[
    '/%2e%2e/x',
    '/a/..%2f..%2fx',
    '/%2Fetc/passwd',
    '/..%5c..%5cx',
    '/a%23b',
    '/a%00b',
    '/%252e%252e%252fx'
  ].flatMap(path => [
    file(`get what leaves its root, ${path}`, 'GET', path),
    file(`put what leaves its root, ${path}`, 'PUT', path, 'x')
  ]),
  get('files: of a run', 'artifacts/list', { run_id: '{run}' }),
  get('files: of a run’s folder', 'artifacts/list', { run_id: '{run}', path: 'd' }),
  get('files: above a run', 'artifacts/list', { run_id: '{run}', path: '../x' }),
  get('files: of no run', 'artifacts/list', { run_id: 'f'.repeat(32) }),
  {
    id: 'files: by the address for people',
    method: 'GET',
    path: '/get-artifact?run_id={run}&path=d/a.txt'
  },
  {
    id: 'files: by that address, above',
    method: 'GET',
    path: '/get-artifact?run_id={run}&path=../x'
  },
  {
    id: 'files: by that address, none',
    method: 'GET',
    path: '/get-artifact?run_id={run}&path=nothing'
  },
  file('delete', 'DELETE', `${ROOT}/d`),
  file('delete it again', 'DELETE', `${ROOT}/d`),
  file('list what is left', 'GET', `?path={one}/{run}/artifacts`)
];

/** Bodies that are none, types that are others, and addresses that nobody speaks. */
export const transport: Request[] = [
  {
    id: 'transport: no JSON',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/create',
    body: '{',
    type: 'application/json'
  },
  {
    id: 'transport: a list',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/create',
    body: '[1]',
    type: 'application/json'
  },
  {
    id: 'transport: an empty body',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/create',
    body: '',
    type: 'application/json'
  },
  {
    id: 'transport: JSON in JSON',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/get-by-name',
    body: '"{}"',
    type: 'application/json'
  },
  {
    id: 'transport: a form',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/create',
    body: 'a=b',
    type: 'application/x-www-form-urlencoded'
  },
  {
    id: 'transport: a charset',
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/search',
    body: '{"max_results": 1, "filter": "name = \'one\'"}',
    type: 'application/json; charset=utf-8'
  },
  post('transport: fields that nobody knows', 'experiments/search', {
    max_results: 1,
    filter: "name = 'one'",
    more: 1
  }),
  {
    id: 'transport: the other prefix',
    method: 'GET',
    path: '/ajax-api/2.0/mlflow/experiments/get?experiment_id=0'
  },
  {
    id: 'transport: another version',
    method: 'GET',
    path: '/api/9.0/mlflow/experiments/get?experiment_id=0'
  },
  {
    id: 'transport: a call that is none',
    method: 'POST',
    path: '/api/2.0/mlflow/runs/dance',
    body: {}
  },
  {
    id: 'transport: another method',
    method: 'DELETE',
    path: '/api/2.0/mlflow/runs/create',
    body: {}
  },
  post('experiments: a name of blanks', 'experiments/create', { name: '   ' }),
  { id: 'transport: health', method: 'GET', path: '/health' },
  { id: 'transport: two slashes', method: 'GET', path: '//health' }
];
