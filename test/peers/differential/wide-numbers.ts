// Whole numbers that a double cannot hold, such as `time.time_ns()`, and those that 64 bits cannot.
import { get, post, type Request } from './request.ts';

const EXPERIMENT = '{wide}';
const RUN = { run_id: '{wide_run}' };
const NOW = '1763000000123456789';
const LAST = '9223372036854775807';
const FIRST = '-9223372036854775808';

/** The fields as they stand in the body: numbers with all their digits. */
function logMetric(id: string, fields: Record<string, string>): Request {
  const body = { run_id: '"{wide_run}"', value: '1', timestamp: '1', step: '0', ...fields };
  const text = Object.entries(body).map(([name, value]) => `"${name}": ${value}`);
  return post(`wide: ${id}`, 'runs/log-metric', `{${text.join(', ')}}`);
}
const history = (id: string, key: string, fields: object = {}) =>
  get(`wide: ${id}`, 'metrics/get-history', { ...RUN, metric_key: key, ...fields });

export const wideNumbers: Request[] = [
  post('wide: an experiment', 'experiments/create', { name: 'wide' }, { wide: 'experiment_id' }),
  post(
    'wide: a run that began in nanoseconds',
    'runs/create',
    `{"experiment_id": "${EXPERIMENT}", "run_name": "wide", "user_id": "me", "start_time": ${NOW}}`,
    { wide_run: 'run.info.run_id' }
  ),
  logMetric('a time', { key: '"time"', timestamp: NOW }),
  logMetric('a step', { key: '"step"', step: NOW }),
  logMetric('the next step', { key: '"step"', step: '1763000000123456790', value: '2' }),
  logMetric('the step before, later', { key: '"step"', step: '1763000000123456788', value: '3' }),
  logMetric('a step as text', { key: '"text"', step: `"${NOW}"`, timestamp: `"${NOW}"` }),
  logMetric('the last of 64 bits', { key: '"last"', step: LAST, timestamp: LAST }),
  logMetric('the first of 64 bits', { key: '"first"', step: FIRST }),
  logMetric('just beyond a double', { key: '"double"', step: '9007199254740993' }),
  logMetric('an exponent', { key: '"exponent"', step: '1.7e18' }),
  logMetric('one more than 64 bits', { key: '"more"', step: '9223372036854775808' }),
  logMetric('one less than 64 bits', { key: '"more"', step: '-9223372036854775809' }),
  logMetric('a time of more than 64 bits', { key: '"more"', timestamp: '9223372036854775808' }),
  logMetric('more than 64 bits as text', { key: '"more"', step: '"9223372036854775808"' }),
  logMetric('a time far below zero', { key: '"more"', timestamp: FIRST }),
  logMetric('a value', { key: '"value"', value: NOW }),
  logMetric('a value of more than 64 bits', { key: '"value"', value: '123456789012345678901234' }),
  post(
    'wide: a batch',
    'runs/log-batch',
    `{"run_id": "{wide_run}", "metrics": [
      {"key": "b", "value": 1, "timestamp": ${NOW}, "step": 1},
      {"key": "b", "value": 2, "timestamp": ${NOW}, "step": ${NOW}}]}`
  ),
  get('wide: the run', 'runs/get', RUN),
  ...['time', 'step', 'text', 'last', 'first', 'double', 'exponent', 'value', 'b'].map(key =>
    history(`the history of ${key}`, key)
  ),
  history('a page of the history', 'step', { max_results: 2 }),
  get('wide: between steps', 'metrics/get-history-bulk-interval', {
    run_ids: '{wide_run}',
    metric_key: 'step',
    start_step: NOW,
    end_step: '1763000000123456790',
    max_results: 10
  }),
  post(
    'wide: an end in nanoseconds',
    'runs/update',
    `{"run_id": "{wide_run}", "status": "FINISHED", "end_time": ${LAST}}`
  ),
  ...[`start_time = ${NOW}`, `start_time > ${NOW}`, `start_time < ${LAST}`].map(filter =>
    post(`wide: search ${filter}`, 'runs/search', {
      experiment_ids: [EXPERIMENT],
      filter: `attributes.${filter}`
    })
  ),
  post('wide: search more pages than there are', 'runs/search', {
    experiment_ids: [EXPERIMENT],
    max_results: NOW
  }),
  // Last, since MLflow takes what they say as something else.
  post(
    'wide: a batch with too much',
    'runs/log-batch',
    `{"run_id": "{wide_run}", "metrics": [{"key": "c", "value": 1, "timestamp": 1, "step": 1${LAST}}]}`
  ),
  post(
    'wide: an end of more than 64 bits',
    'runs/update',
    `{"run_id": "{wide_run}", "status": "FINISHED", "end_time": 1${LAST}}`
  )
];
