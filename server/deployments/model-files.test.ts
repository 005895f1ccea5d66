import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readModelFiles } from './model-files.ts';
import { describeTensors } from './signature.ts';
import { writeSnippets } from './snippets.ts';
import { createTraffic } from './traffic.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'stepladder-model-'))));
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const MLMODEL = `
flavors:
  python_function: {loader_module: mlflow.sklearn, model_path: model.pkl}
  sklearn: {pickled_model: model.pkl, serialization_format: pickle}
saved_input_example_info: {serving_input_path: serving_input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "distance", "required": true}, {"type": "string", "name": "carrier", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
  params: '[{"name": "quantile", "type": "double", "default": 0.5}]'
`;

test('a model is described by its text files', async () => {
  await put('MLmodel', MLMODEL);
  await put('model.pkl', 'never read');
  await put(
    'serving_input_example.json',
    '{"dataframe_split": {"columns": ["distance"], "data": [[1.5], [2], [3]]}}'
  );
  const files = await readModelFiles(folder);
  expect(files).toMatchObject({
    pyfunc: true,
    estimator: { file: 'model.pkl', format: 'pickle' },
    signature: {
      columns: [
        { name: 'distance', type: 'double', required: true },
        { name: 'carrier', type: 'string', required: false }
      ],
      params: ['quantile']
    }
  });
  expect(describeTensors(files.signature.outputs, 'predict')).toEqual([
    { name: 'predict', datatype: 'FP64', shape: [-1] }
  ]);
  const { curl } = writeSnippets({ url: 'http://127.0.0.1:1', files });
  expect(curl).toContain(`'{"dataframe_split":{"columns":["distance"],"data":[[1.5],[2]]}}'`);
});

test('the digest is of names and content', async () => {
  await put('MLmodel', MLMODEL);
  const { digest } = await readModelFiles(folder);
  expect((await readModelFiles(folder)).digest).toBe(digest);
  await put('more', '');
  const other = (await readModelFiles(folder)).digest;
  expect(other).not.toBe(digest);
});

test.each([
  ['no MLmodel', undefined, 'no MLmodel file'],
  ['no YAML', '{', 'not YAML'],
  ['a word', 'model', 'does not describe'],
  ['an alias bomb', 'a: &a [1]\nb: [*a, *a]', 'not YAML']
])('%s is refused', async (_what, text, reason) => {
  if (text !== undefined) await put('MLmodel', text);
  await expect(readModelFiles(folder)).rejects.toMatchObject({
    problem: { code: 'model_not_servable', detail: expect.stringContaining(reason) }
  });
});

test('a path out of the folder is not a model file', async () => {
  await put('MLmodel', 'flavors: {sklearn: {pickled_model: ../../etc/passwd}}');
  expect((await readModelFiles(folder)).estimator).toBeUndefined();
});

test('snippets without an example are built from the signature, and quote what a shell would read', () => {
  const columns = [
    { name: "it's", type: 'string', required: true },
    { name: 'late', type: 'boolean', required: true }
  ];
  const files = { signature: { columns, outputs: [], params: [] } };
  const { curl, python, typescript } = writeSnippets({
    url: 'http://127.0.0.1:1',
    token: 'secret',
    files
  });
  expect(curl).toContain(`"it'\\''s"`);
  expect(curl).toContain('Bearer secret');
  expect(python).toContain('False');
  expect(typescript).toContain('false');
});

test('latency is of the last thousand requests', () => {
  const traffic = createTraffic();
  expect(traffic.read()).toEqual({ requests: 0, errors: 0 });
  for (let index = 0; index < 1000; index += 1) traffic.record(1000, true);
  for (let index = 1; index <= 1000; index += 1) traffic.record(index, false);
  expect(traffic.read()).toEqual({ requests: 2000, errors: 1000, p50: 500, p95: 950 });
});
