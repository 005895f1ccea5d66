import { get, post, type Request } from './request.ts';

const search = (id: string, fields: object) =>
  post(`experiments search: ${id}`, 'experiments/search', { max_results: 100, ...fields });

export const experiments: Request[] = [
  get('experiments: the default one', 'experiments/get', { experiment_id: '0' }),
  post(
    'experiments: create',
    'experiments/create',
    { name: 'one', tags: [{ key: 'team', value: 'a' }] },
    { one: 'experiment_id' }
  ),
  post(
    'experiments: create another',
    'experiments/create',
    { name: 'two' },
    { two: 'experiment_id' }
  ),
  post(
    'experiments: create a third',
    'experiments/create',
    { name: 'Three %_x' },
    { three: 'experiment_id' }
  ),
  post('experiments: the same name again', 'experiments/create', { name: 'one' }),
  post('experiments: no name', 'experiments/create', {}),
  post('experiments: an empty name', 'experiments/create', { name: '' }),
  post('experiments: a name that is a number', 'experiments/create', { name: 12 }),
  post('experiments: a name of 501 letters', 'experiments/create', { name: 'x'.repeat(501) }),
  post('experiments: a location that is a number', 'experiments/create', {
    name: 'n',
    artifact_location: 9.5
  }),
  post('experiments: a location with a fragment', 'experiments/create', {
    name: 'n',
    artifact_location: 's3://b/c#d'
  }),
  post(
    'experiments: a location in a bucket',
    'experiments/create',
    { name: 'bucket', artifact_location: 's3://b/c' },
    { bucket: 'experiment_id' }
  ),
  get('experiments: the one in a bucket', 'experiments/get', { experiment_id: '{bucket}' }),
  post('experiments: tags that are no list', 'experiments/create', { name: 'n', tags: 'x' }),
  get('experiments: get', 'experiments/get', { experiment_id: '{one}' }),
  get('experiments: get none', 'experiments/get', { experiment_id: '123456' }),
  get('experiments: get without id', 'experiments/get'),
  get('experiments: get by name', 'experiments/get-by-name', { experiment_name: 'one' }),
  get('experiments: get by a name that is none', 'experiments/get-by-name', {
    experiment_name: 'nobody'
  }),
  get('experiments: get by no name', 'experiments/get-by-name'),
  post('experiments: rename', 'experiments/update', { experiment_id: '{two}', new_name: 'deux' }),
  post('experiments: rename to a name that is taken', 'experiments/update', {
    experiment_id: '{two}',
    new_name: 'one'
  }),
  post('experiments: rename nothing', 'experiments/update', { new_name: 'x' }),
  post('experiments: rename none', 'experiments/update', {
    experiment_id: '123456',
    new_name: 'x'
  }),
  post('experiments: set a tag', 'experiments/set-experiment-tag', {
    experiment_id: '{one}',
    key: 'k',
    value: 'v'
  }),
  post('experiments: set it anew', 'experiments/set-experiment-tag', {
    experiment_id: '{one}',
    key: 'k',
    value: 'w'
  }),
  post('experiments: set an empty tag', 'experiments/set-experiment-tag', {
    experiment_id: '{one}',
    key: 'empty',
    value: ''
  }),
  post('experiments: set a tag without key', 'experiments/set-experiment-tag', {
    experiment_id: '{one}',
    value: 'v'
  }),
  post('experiments: set a tag of 20,001 letters', 'experiments/set-experiment-tag', {
    experiment_id: '{one}',
    key: 'long',
    value: 'x'.repeat(20_001)
  }),
  post('experiments: set a tag of none', 'experiments/set-experiment-tag', {
    experiment_id: '123456',
    key: 'k',
    value: 'v'
  }),
  post('experiments: delete a tag', 'experiments/delete-experiment-tag', {
    experiment_id: '{one}',
    key: 'empty'
  }),
  post('experiments: delete a tag that is none', 'experiments/delete-experiment-tag', {
    experiment_id: '{one}',
    key: 'nothing'
  }),
  get('experiments: after its tags', 'experiments/get', { experiment_id: '{one}' }),
  search('all', {}),
  search('by name', { filter: "name = 'one'" }),
  search('by another name', { filter: "name != 'one'", order_by: ['name ASC'] }),
  search('LIKE', { filter: "name LIKE 'T%'" }),
  search('LIKE is exact about case', { filter: "name LIKE 't%'" }),
  search('ILIKE', { filter: "name ILIKE 't%'" }),
  search('attribute.name', { filter: "attribute.name = 'one'" }),
  search('a tag', { filter: "tags.team = 'a'" }),
  search('a tag in backticks', { filter: "tags.`team` = 'a'" }),
  search('two clauses', { filter: "tags.team = 'a' AND name ILIKE 'O%'" }),
  search('a time', { filter: 'creation_time > 0', order_by: ['name DESC'] }),
  search('order by what is nothing', { order_by: ['nothing ASC'] }),
  search('order with a direction that is none', { order_by: ['name UP'] }),
  search('a key that is none', { filter: "nothing = 'x'" }),
  search('a broken filter', { filter: 'name =' }),
  search('a number for text', { filter: 'name = 3' }),
  search('an open quote', { filter: "name = 'one" }),
  search('a page of one', { max_results: 1, order_by: ['name ASC'] }),
  search('no results', { max_results: 0 }),
  search('too many', { max_results: 50_001 }),
  search('a token that is none', { page_token: 'nonsense' }),
  get('experiments search: in a query', 'experiments/search', {
    max_results: 10,
    filter: "name = 'one'",
    order_by: ['name', 'creation_time DESC']
  }),
  post('experiments: delete', 'experiments/delete', { experiment_id: '{three}' }),
  post('experiments: delete it again', 'experiments/delete', { experiment_id: '{three}' }),
  post('experiments: delete none', 'experiments/delete', { experiment_id: '123456' }),
  post('experiments: rename a deleted one', 'experiments/update', {
    experiment_id: '{three}',
    new_name: 'x'
  }),
  post('experiments: the name of a deleted one', 'experiments/create', { name: 'Three %_x' }),
  get('experiments: get a deleted one', 'experiments/get', { experiment_id: '{three}' }),
  search('only deleted', { view_type: 'DELETED_ONLY' }),
  search('all by number', { view_type: 3, order_by: ['name'] }),
  search('a view that is none', { view_type: 'SOME' }),
  post('experiments: restore', 'experiments/restore', { experiment_id: '{three}' }),
  post('experiments: restore it again', 'experiments/restore', { experiment_id: '{three}' }),
  post('experiments: restore none', 'experiments/restore', { experiment_id: '123456' })
];
