// Files of runs and models over MLflow's wire.
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();
const { call, newRun } = wire;

const file = (path: string) => `/api/2.0/mlflow-artifacts/artifacts/${path}`;

test('are put, listed, read as a download, and deleted', async () => {
  const run_id = await newRun();
  const root = `0/${run_id}/artifacts`;
  const headers = { 'content-type': 'application/json' };
  expect(
    (
      await wire.app.inject({
        method: 'PUT',
        url: file(`${root}/d/a.json`),
        headers,
        payload: '{"a": 1}'
      })
    ).statusCode
  ).toBe(200);
  expect((await wire.app.inject({ method: 'PUT', url: file(`${root}/empty`) })).statusCode).toBe(
    200
  );
  expect((await call('GET', 'artifacts/list', { run_id })).body.files).toEqual([
    { path: 'd', is_dir: true },
    { path: 'empty', is_dir: false, file_size: 0 }
  ]);
  expect((await call('GET', 'artifacts/list', { run_id, path: 'd' })).body.files).toEqual([
    { path: 'd/a.json', is_dir: false, file_size: 8 }
  ]);
  const listed = await wire.app.inject(`/api/2.0/mlflow-artifacts/artifacts?path=${root}`);
  expect(listed.json().files).toHaveLength(2);
  const read = await wire.app.inject(file(`${root}/d/a.json`));
  expect([read.body, read.headers['content-disposition']]).toEqual([
    '{"a": 1}',
    'attachment; filename=a.json'
  ]);
  expect((await wire.app.inject(file(`${root}/d`))).statusCode).toBe(404);
  expect((await wire.house.tracking.getRun({ runId: run_id })).artifacts).toEqual([
    { path: 'd/a.json', bytes: 8 },
    { path: 'empty', bytes: 0 }
  ]);
  await wire.app.inject({ method: 'DELETE', url: file(`${root}/d`) });
  expect((await wire.app.inject(file(`${root}/d/a.json`))).statusCode).toBe(404);
});

test.each([
  '../secret',
  'a/%2e%2e/%2e%2e/secret',
  '%2e%2e%2fsecret',
  'a%5c..%5cb',
  '%2Fetc/passwd',
  'a%23b'
])('never leave their root: %s', async path => {
  for (const method of ['GET', 'PUT', 'DELETE'] as const) {
    const answer = await wire.app.inject({
      method,
      url: file(path),
      ...(method === 'PUT' ? { payload: 'x', headers: { 'content-type': 'text/plain' } } : {})
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
  }
  const run_id = await newRun();
  expect((await call('GET', 'artifacts/list', { run_id, path: '../path' })).body).toEqual({
    error_code: 'INVALID_PARAMETER_VALUE',
    message: 'Invalid path'
  });
});

test('a file in a part of its own range, through the proxy and by its run', async () => {
  const run_id = await newRun();
  const payload = 'id,delay\n1,20\n';
  const headers = { 'content-type': 'text/csv' };
  await wire.app.inject({
    method: 'PUT',
    url: file(`0/${run_id}/artifacts/d/a.csv`),
    headers,
    payload
  });
  for (const url of [
    file(`0/${run_id}/artifacts/d/a.csv`),
    `/get-artifact?run_id=${run_id}&path=d/a.csv`,
    `/get-artifact?run_uuid=${run_id}&path=d%2Fa.csv`
  ]) {
    const part = await wire.app.inject({ url, headers: { range: 'bytes=3-7' } });
    expect([part.statusCode, part.body]).toEqual([206, 'delay']);
    const whole = await wire.app.inject(url);
    expect([whole.body, whole.headers['content-type']]).toEqual([payload, 'text/plain']);
  }
  expect((await wire.app.inject(`/get-artifact?run_id=${run_id}&path=d`)).statusCode).toBe(404);
  expect((await wire.app.inject(`/get-artifact?run_id=${run_id}&path=../a`)).json().message).toBe(
    'Invalid path'
  );
  expect((await wire.app.inject('/get-artifact')).statusCode).toBe(400);
});

test('a page sends a small file in one piece', async () => {
  const run_id = await newRun();
  const send = (query: string, payload = 'x') =>
    wire.app.inject({
      method: 'POST',
      url: `/ajax-api/2.0/mlflow/upload-artifact?${query}`,
      payload
    });
  expect((await send(`run_uuid=${run_id}&path=notes/a.txt`, 'hello')).statusCode).toBe(200);
  expect((await wire.app.inject(`/get-artifact?run_id=${run_id}&path=notes/a.txt`)).body).toBe(
    'hello'
  );
  for (const [query, payload, words] of [
    ['path=a', 'x', 'must specify run_id or run_uuid'],
    [`run_id=${run_id}`, 'x', 'must specify path'],
    [`run_id=${run_id}&path=a`, '', 'must specify data'],
    [`run_id=${run_id}&path=../a`, 'x', 'Invalid path'],
    [`run_id=${run_id}&path=a`, 'x'.repeat(10 * 1024 * 1024 + 1), 'too large']
  ] as const) {
    const answer = await send(query, payload);
    expect([answer.statusCode, answer.json().message]).toEqual([
      400,
      expect.stringContaining(words)
    ]);
  }
});

test('a large file is sent in parts, out of order and one of them twice, and fetched by ranges', async () => {
  const headers = { authorization: 'Bearer of-the-caller', host: '127.0.0.1:5000' };
  const send = (step: string, payload: object) =>
    wire.app.inject({
      method: 'POST',
      url: `/api/2.0/mlflow-artifacts/mpu/${step}`,
      headers,
      payload
    });
  const begun = (await send('create/1/models', { path: '/tmp/big.bin', num_parts: 3 })).json();
  expect(begun.credentials).toHaveLength(3);
  expect(begun.credentials[0]).toMatchObject({
    part_number: 1,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:5000\/api\/2\.0\/.*\/big\.bin$/),
    headers: { Authorization: 'Bearer of-the-caller' }
  });
  const parts = new Map<number, string>();
  for (const [part_number, payload] of [
    [3, 'third'],
    [1, 'wrong'],
    [2, 'second '],
    [1, 'first ']
  ] as const) {
    const url = new URL(begun.credentials[part_number - 1].url).pathname;
    const answer = await wire.app.inject({
      method: 'PUT',
      url,
      payload,
      headers: { 'content-type': 'application/octet-stream' }
    });
    parts.set(part_number, String(answer.headers['etag']));
  }
  const { upload_id } = begun;
  const list = [...parts].map(([part_number, etag]) => ({ part_number, etag, url: 'x' }));
  const done = { path: '/tmp/big.bin', upload_id };
  const missing = [{ part_number: 4, etag: '"none"' }];
  expect((await send('complete/1/models', { ...done, parts: missing })).statusCode).toBe(400);
  expect((await send('complete/1/models', { ...done, parts: list })).statusCode).toBe(200);
  const place = (
    await wire.app.inject({ url: '/api/2.0/mlflow-artifacts/presigned/1/models/big.bin', headers })
  ).json();
  expect(place).toMatchObject({ file_size: 18, headers: begun.credentials[0].headers });
  const url = new URL(place.url).pathname;
  const part = await wire.app.inject({ url, headers: { range: 'bytes=6-11' } });
  expect([(await wire.app.inject(url)).body, part.body]).toEqual(['first second third', 'second']);
  expect((await send('complete/1/models', { ...done, parts: list })).statusCode).toBe(400);
});

test('parts that are given up leave nothing, and an upload that is none is said to be none', async () => {
  const send = (step: string, payload: object) =>
    wire.app.inject({ method: 'POST', url: `/api/2.0/mlflow-artifacts/mpu/${step}`, payload });
  const { upload_id, credentials } = (await send('create', { path: 'big', num_parts: 1 })).json();
  const url = new URL(credentials[0].url).pathname;
  expect((await send('abort', { path: 'big', upload_id })).statusCode).toBe(200);
  const put = (address: string) =>
    wire.app.inject({
      method: 'PUT',
      url: address,
      payload: 'x',
      headers: { 'content-type': 'text/plain' }
    });
  expect((await put(url)).statusCode).toBe(404);
  expect((await put(url.replace('/1/big', '/0/big'))).statusCode).toBe(400);
  expect((await put(url.replace(upload_id, '..%2F..%2Fx'))).statusCode).toBe(404);
  expect((await send('create/..%2F..', { path: 'big', num_parts: 1 })).statusCode).toBe(400);
  expect((await send('create', { path: 'big', num_parts: 10_001 })).statusCode).toBe(400);
  expect((await wire.app.inject('/api/2.0/mlflow-artifacts/artifacts')).json()).toEqual({});
});

test('the switches that let clients send and fetch in parts', async () => {
  expect((await wire.app.inject('/api/3.0/mlflow/server-info')).json()).toEqual({
    store_type: 'SqlStore',
    workspaces_enabled: false,
    trace_archival_enabled: false,
    multipart_uploads_enabled: true,
    multipart_downloads_enabled: true
  });
});

test('a file of a logged model', async () => {
  const { body } = await wire.post('logged-models', { experiment_id: '0', name: 'model' });
  const { model_id } = body.model.info;
  await wire.app.inject({
    method: 'PUT',
    url: file(`0/models/${model_id}/artifacts/MLmodel`),
    headers: { 'content-type': 'text/plain' },
    payload: 'flavors:'
  });
  const url = `/ajax-api/2.0/mlflow/logged-models/${model_id}/artifacts`;
  expect((await wire.app.inject(`${url}/files?artifact_file_path=MLmodel`)).body).toBe('flavors:');
  expect((await wire.app.inject(`${url}/files`)).statusCode).toBe(400);
  expect((await wire.app.inject(`${url}/directories`)).json().files).toEqual([
    { path: 'MLmodel', is_dir: false, file_size: 8 }
  ]);
});
