import { post, type Request } from './request.ts';

const search = (id: string, fields: object) =>
  post(`runs search: ${id}`, 'runs/search', { experiment_ids: ['{found}'], ...fields });
const filter = (text: string) => search(text, { filter: text, order_by: ['start_time ASC'] });
const order = (...order_by: string[]) => search(`order by ${order_by.join(', ')}`, { order_by });

const RUNS = [
  { name: 'a', loss: 0.5, lr: '0.1', team: 'red' },
  { name: 'b', loss: 0.25, lr: '0.01', team: 'Blue' },
  { name: 'c', loss: 'NaN', lr: '0.1', team: 'green_1' },
  { name: 'd', lr: '1e-3' }
];

/** A handful of runs, then every clause of the grammar, and what is none. */
export const searches: Request[] = [
  post(
    'runs search: an experiment for it',
    'experiments/create',
    { name: 'found' },
    { found: 'experiment_id' }
  ),
  ...RUNS.flatMap(({ name, loss, lr, team }, index) => [
    post(
      `runs search: the run ${name}`,
      'runs/create',
      {
        experiment_id: '{found}',
        run_name: name,
        user_id: name,
        start_time: 1000 + index,
        tags: team ? [{ key: 'team', value: team }] : []
      },
      { [`run_${name}`]: 'run.info.run_id' }
    ),
    post(`runs search: what ${name} logs`, 'runs/log-batch', {
      run_id: `{run_${name}}`,
      params: [
        { key: 'lr', value: lr },
        { key: 'a.b', value: name }
      ],
      metrics: loss === undefined ? [] : [{ key: 'loss', value: loss, timestamp: 1, step: 1 }]
    })
  ]),
  post('runs search: one has ended', 'runs/update', {
    run_id: '{run_a}',
    status: 'FINISHED',
    end_time: 5000
  }),
  ...[
    'metrics.loss < 0.4',
    'metrics.loss <= 0.5',
    'metrics.loss = 0.25',
    'metrics.loss != 0.25',
    'metric.loss > -1',
    'metrics."loss" >= 0.5',
    'metrics.`loss` > 0.3',
    'METRICS.loss > 0.3',
    'metrics.loss>0.3',
    "params.lr = '0.1'",
    "params.lr != '0.1'",
    "parameter.lr = '0.1'",
    "params.lr LIKE '0.%'",
    "params.lr like '1%'",
    "params.lr ILIKE '1E%'",
    "params.`a.b` = 'a'",
    'params."a.b" = "b"',
    "tags.team = 'red'",
    "tags.team != 'red'",
    "tag.team LIKE 'b%'",
    "tags.team ILIKE 'b%'",
    "tags.team LIKE 'green_1'",
    'tags.team IS NULL',
    'tags.team IS NOT NULL',
    'params.missing IS NULL',
    'params.lr IS NOT NULL',
    'tags.team is null',
    "tags.`mlflow.runName` = 'a'",
    "attributes.status = 'FINISHED'",
    "status = 'RUNNING'",
    "attribute.status != 'FINISHED'",
    "run_name = 'a'",
    "attributes.run_name LIKE '%b%'",
    "attr.`run name` = 'a'",
    'attributes."Run name" = \'a\'',
    "run_name ILIKE 'A'",
    "user_id = 'a'",
    'start_time > 1001',
    'attributes.start_time <= 1001',
    'created > 1001',
    'end_time = 5000',
    "run_id = '{run_a}'",
    "attributes.run_id IN ('{run_a}', '{run_b}')",
    "run_id NOT IN ('{run_a}')",
    "run_id != '{run_a}'",
    "artifact_uri LIKE '%artifacts'",
    "metrics.loss < 0.4 AND params.lr = '0.01'",
    "metrics.loss < 0.6 and tags.team ILIKE '%e%' and status = 'RUNNING'",
    "tags.team = ''",
    "tags.team = 'it''s'",
    "dataset.name = 'none'",
    "datasets.context = 'x'",
    "dataset.digest IN ('a', 'b')"
  ].map(filter),
  ...[
    "metrics.loss < 'x'",
    'params.lr = 0.1',
    'params.lr > 3',
    "params.lr BETWEEN '1' AND '2'",
    'metrics.loss',
    '= 3',
    "params.lr = 'a",
    "nothing.x = '1'",
    "attribute.nothing = '1'",
    "params = '1'",
    "tags.team = 'a' AND",
    "AND tags.team = 'a'",
    'metrics.loss = NaN',
    'metrics.loss IN (1, 2)',
    "params.lr IN ('1')",
    'run_id IN ()',
    "run_id IN ('a' 'b')",
    "start_time = 'now'",
    "status LIKE 'F%'",
    'metrics.loss IS NULL',
    "tags.team == 'a'",
    "tags.team = 'a'; drop table runs",
    "tags.team = 'a' -- more",
    'params.lr = params.lr',
    "dataset.nothing = 'x'",
    'tags.team = red'
  ].map(filter),
  order('metrics.loss'),
  order('metrics.loss DESC'),
  order('params.lr', 'start_time ASC'),
  order('params.lr DESC', 'start_time'),
  order('tags.team'),
  order('tags.team DESC'),
  order('attributes.start_time DESC'),
  order('start_time'),
  order('run_name DESC'),
  order('status', 'start_time'),
  order('metrics.`loss` ASC'),
  order('end_time'),
  order('metrics.none', 'start_time'),
  order('nothing'),
  order('attributes.nothing DESC'),
  order('metrics.loss UP'),
  order('start_time', 'start_time DESC'),
  order(''),
  order('metrics'),
  search('a page of two', { max_results: 2, order_by: ['start_time'] }),
  search('no results', { max_results: 0 }),
  search('too many', { max_results: 50_001 }),
  search('results as text', { max_results: '2', order_by: ['start_time'] }),
  search('a token that is none', { page_token: 'nonsense' }),
  search('deleted ones', { run_view_type: 'DELETED_ONLY' }),
  search('all', { run_view_type: 'ALL', order_by: ['start_time'] }),
  search('a view that is none', { run_view_type: 'NONE' }),
  search('in no experiment', { experiment_ids: [] }),
  search('in an experiment that is none', { experiment_ids: ['123456'] }),
  search('experiments as text', { experiment_ids: '{found}' }),
  search('order as text', { order_by: 'start_time' })
];
