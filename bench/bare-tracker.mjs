// The yardstick for log-metric.ts: a tracking server that does nothing. It reads each request and gives a fixed answer.
import { createServer } from 'node:http';

const info = {
  run_id: '0'.repeat(32),
  run_uuid: '0'.repeat(32),
  run_name: 'bare',
  experiment_id: '0',
  user_id: 'bench',
  status: 'RUNNING',
  start_time: 1,
  artifact_uri: 'mlflow-artifacts:/0',
  lifecycle_stage: 'active'
};
const experiment = {
  experiment_id: '0',
  name: 'Default',
  artifact_location: 'mlflow-artifacts:/0',
  lifecycle_stage: 'active'
};
const answers = Object.entries({
  '/runs/create': { run: { info, data: {} } },
  '/runs/get': { run: { info, data: {} } },
  '/runs/update': { run_info: info },
  '/experiments/get': { experiment },
  '/experiments/get-by-name': { experiment }
}).map(([path, answer]) => [path, JSON.stringify(answer)]);

const server = createServer(async (request, response) => {
  for await (const piece of request) void piece;
  const path = request.url.split('?', 1)[0];
  const [, answer = '{}'] = answers.find(([end]) => path.endsWith(end)) ?? [];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(answer);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
