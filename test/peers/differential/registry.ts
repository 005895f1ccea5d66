import { get, post, type Request, send } from './request.ts';

const MODEL = { name: 'model' };
const V1 = { ...MODEL, version: '1' };
const models = (id: string, fields: Record<string, unknown>) =>
  get(`models search: ${id}`, 'registered-models/search', fields);
const versions = (id: string, fields: Record<string, unknown>) =>
  get(`versions search: ${id}`, 'model-versions/search', fields);

export const registry: Request[] = [
  post('models: create', 'registered-models/create', {
    ...MODEL,
    description: 'A model',
    tags: [{ key: 'k', value: 'v' }]
  }),
  post('models: create again', 'registered-models/create', MODEL),
  post('models: create another', 'registered-models/create', { name: 'Other' }),
  post('models: no name', 'registered-models/create', {}),
  post('models: an empty name', 'registered-models/create', { name: '' }),
  post('models: a name with a slash', 'registered-models/create', { name: 'a/b' }),
  post('models: a name with a colon', 'registered-models/create', { name: 'a:b' }),
  post('models: a name of dots', 'registered-models/create', { name: '..' }),
  post('models: a name that is a number', 'registered-models/create', { name: 3 }),
  post('models: tags that are no list', 'registered-models/create', { name: 'x', tags: 'y' }),
  get('models: get', 'registered-models/get', MODEL),
  get('models: get none', 'registered-models/get', { name: 'nobody' }),
  get('models: get without name', 'registered-models/get'),
  send('models: describe', 'PATCH', 'registered-models/update', {
    ...MODEL,
    description: 'Better'
  }),
  send('models: describe none', 'PATCH', 'registered-models/update', {
    name: 'nobody',
    description: 'x'
  }),
  post('models: rename', 'registered-models/rename', { name: 'Other', new_name: 'Renamed' }),
  post('models: rename to a name that is taken', 'registered-models/rename', {
    name: 'Renamed',
    new_name: 'model'
  }),
  post('models: rename to nothing', 'registered-models/rename', { name: 'Renamed' }),
  post('models: set a tag', 'registered-models/set-tag', { ...MODEL, key: 't', value: '1' }),
  post('models: set a tag without value', 'registered-models/set-tag', { ...MODEL, key: 'void' }),
  post('models: set a tag without key', 'registered-models/set-tag', { ...MODEL, value: '1' }),
  post('models: set a tag of none', 'registered-models/set-tag', {
    name: 'nobody',
    key: 't',
    value: '1'
  }),
  send('models: delete a tag', 'DELETE', 'registered-models/delete-tag', { ...MODEL, key: 'void' }),
  send('models: delete a tag that is none', 'DELETE', 'registered-models/delete-tag', {
    ...MODEL,
    key: 'void'
  }),
  post('versions: create', 'model-versions/create', {
    ...MODEL,
    source: 's3://bucket/model',
    tags: [{ key: 'k', value: 'v' }],
    description: 'First'
  }),
  post('versions: create another', 'model-versions/create', {
    ...MODEL,
    source: 's3://bucket/model2',
    run_link: 'http://link'
  }),
  post('versions: of a run', 'model-versions/create', {
    ...MODEL,
    source: 'runs:/{run}/model',
    run_id: '{run}'
  }),
  post('versions: of a version', 'model-versions/create', { ...MODEL, source: 'models:/model/1' }),
  post('versions: of a run without saying so', 'model-versions/create', {
    ...MODEL,
    source: 'runs:/{run}/model'
  }),
  post('versions: without source', 'model-versions/create', MODEL),
  post('versions: of no model', 'model-versions/create', {
    name: 'nobody',
    source: 's3://bucket/model'
  }),
  post('versions: of a local path', 'model-versions/create', { ...MODEL, source: '/etc/passwd' }),
  post('versions: of a local address', 'model-versions/create', {
    ...MODEL,
    source: 'file:///etc',
    run_id: '{run}'
  }),
  post('versions: that leaves its root', 'model-versions/create', {
    ...MODEL,
    source: 's3://bucket/../other'
  }),
  post('versions: that leaves it, escaped', 'model-versions/create', {
    ...MODEL,
    source: 'mlflow-artifacts:/a/%2e%2e/b',
    run_id: '{run}'
  }),
  post('versions: of a model id that is none', 'model-versions/create', {
    ...MODEL,
    source: 'models:/m-none',
    model_id: 'm-none'
  }),
  get('versions: get', 'model-versions/get', V1),
  get('versions: get none', 'model-versions/get', { ...MODEL, version: '99' }),
  get('versions: get one that is no number', 'model-versions/get', { ...MODEL, version: 'one' }),
  get('versions: get without number', 'model-versions/get', MODEL),
  get('versions: its files', 'model-versions/get-download-uri', V1),
  get('versions: the files of a version’s version', 'model-versions/get-download-uri', {
    ...MODEL,
    version: '4'
  }),
  get('versions: the files of none', 'model-versions/get-download-uri', {
    ...MODEL,
    version: '99'
  }),
  send('versions: describe', 'PATCH', 'model-versions/update', { ...V1, description: 'Better' }),
  post('versions: set a tag', 'model-versions/set-tag', { ...V1, key: 't', value: '1' }),
  post('versions: set a tag of none', 'model-versions/set-tag', {
    ...MODEL,
    version: '99',
    key: 't',
    value: '1'
  }),
  send('versions: delete a tag', 'DELETE', 'model-versions/delete-tag', { ...V1, key: 't' }),
  post('stages: move', 'model-versions/transition-stage', { ...V1, stage: 'Staging' }),
  post('stages: move in lower case', 'model-versions/transition-stage', {
    ...MODEL,
    version: '2',
    stage: 'production',
    archive_existing_versions: true
  }),
  post('stages: one that is none', 'model-versions/transition-stage', { ...V1, stage: 'Live' }),
  post('stages: archive from none', 'model-versions/transition-stage', {
    ...V1,
    stage: 'Archived',
    archive_existing_versions: true
  }),
  post('stages: newest of each', 'registered-models/get-latest-versions', MODEL),
  get('stages: newest of one', 'registered-models/get-latest-versions', {
    ...MODEL,
    stages: 'Production'
  }),
  post('stages: newest of one that is none', 'registered-models/get-latest-versions', {
    ...MODEL,
    stages: ['Live']
  }),
  post('aliases: set', 'registered-models/alias', { ...V1, alias: 'champion' }),
  post('aliases: move', 'registered-models/alias', { ...MODEL, version: '2', alias: 'champion' }),
  post('aliases: to none', 'registered-models/alias', {
    ...MODEL,
    version: '99',
    alias: 'champion'
  }),
  post('aliases: latest', 'registered-models/alias', { ...V1, alias: 'latest' }),
  post('aliases: like a version', 'registered-models/alias', { ...V1, alias: 'v1' }),
  post('aliases: a bad name', 'registered-models/alias', { ...V1, alias: 'a b' }),
  get('aliases: get', 'registered-models/alias', { ...MODEL, alias: 'champion' }),
  get('aliases: get none', 'registered-models/alias', { ...MODEL, alias: 'nobody' }),
  get('aliases: latest is the newest', 'registered-models/alias', { ...MODEL, alias: 'latest' }),
  get('models: with all of it', 'registered-models/get', MODEL),
  models('all', {}),
  models('by name', { filter: "name = 'model'" }),
  models('LIKE', { filter: "name LIKE 'mod%'" }),
  models('ILIKE', { filter: "name ILIKE 'REN%'" }),
  models('a tag', { filter: "tags.k = 'v'" }),
  models('a tag and a name', { filter: "tags.k = 'v' AND name LIKE 'm%'" }),
  models('not prompts', { filter: "tag.`mlflow.prompt.is_prompt` != 'true'" }),
  models('order', { order_by: 'name DESC' }),
  models('a page', { max_results: 1 }),
  models('order by what is none', { order_by: 'nothing' }),
  models('a key that is none', { filter: "nothing = 'x'" }),
  models('a broken filter', { filter: 'name' }),
  models('too many', { max_results: 1001 }),
  models('no results', { max_results: 0 }),
  models('OR', { filter: "name = 'a' OR name = 'b'" }),
  models('IS NULL', { filter: 'tags.k IS NULL' }),
  versions('all', { order_by: 'version_number ASC' }),
  versions('by name', { filter: "name = 'model'", order_by: 'version_number DESC' }),
  versions('by run', { filter: "run_id = '{run}'" }),
  versions('by runs', { filter: "run_id IN ('{run}','x')" }),
  versions('by number', { filter: 'version_number > 2', order_by: 'version_number' }),
  versions('by source', { filter: "source_path = 's3://bucket/model'" }),
  versions('a tag', { filter: "tags.k = 'v'" }),
  versions('a key that is none', { filter: "nothing = 'x'" }),
  versions('an order that is none', { order_by: 'nothing' }),
  versions('a page', { max_results: 2, order_by: 'version_number' }),
  versions('too many', { max_results: 200_001 }),
  versions('text for a number', { filter: "version_number = 'x'" }),
  versions('LIKE', { filter: "name LIKE 'mo%' AND version_number = 1" }),
  send('aliases: delete', 'DELETE', 'registered-models/alias', { ...MODEL, alias: 'champion' }),
  send('aliases: delete it again', 'DELETE', 'registered-models/alias', {
    ...MODEL,
    alias: 'champion'
  }),
  send('versions: delete', 'DELETE', 'model-versions/delete', V1),
  send('versions: delete it again', 'DELETE', 'model-versions/delete', V1),
  get('versions: get a deleted one', 'model-versions/get', V1),
  post('versions: the next number', 'model-versions/create', {
    ...MODEL,
    source: 's3://bucket/model5'
  }),
  send('models: delete', 'DELETE', 'registered-models/delete', { name: 'Renamed' }),
  send('models: delete it again', 'DELETE', 'registered-models/delete', { name: 'Renamed' })
];
