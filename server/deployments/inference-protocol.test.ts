import { describe, expect, test } from 'vitest';
import { parseExact, stringifyExact } from './exact-json.ts';
import { readInference, writeInference } from './inference-protocol.ts';
import { decodeTensor, encodeTensor } from './tensor.ts';

const model = { name: 'delays', version: '3' };
const json = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const input = (fields: object) => json({ inputs: [{ name: 'X', ...fields }] });

describe('reading', () => {
  test.each([
    ['FP64', [0.1, 1e-310, 1 / 3], [0.1, 1e-310, 1 / 3]],
    ['FP32', [0.1], [Math.fround(0.1)]],
    ['FP64', [null], [null]],
    ['INT64', [-1, 2], [-1, 2]],
    ['INT8', [-128, 127], [-128, 127]],
    ['UINT16', [65535], [65535]],
    ['BOOL', [true, 0], [true, false]],
    ['BYTES', ['UA', 'é', ''], ['UA', 'é', '']]
  ])('%s comes back as it was', (datatype, data, expected) => {
    const [tensor] = readInference(
      input({ datatype, shape: [data.length], data }),
      undefined
    ).inputs;
    expect(decodeTensor(tensor!)).toEqual(expected);
  });

  test('nested data is flat, row by row', () => {
    const body = input({
      datatype: 'INT32',
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4]
      ]
    });
    expect(decodeTensor(readInference(body, undefined).inputs[0]!)).toEqual([1, 2, 3, 4]);
  });

  test('integers of 64 bits lose nothing, in or out', () => {
    const text =
      '{"inputs":[{"name":"X","shape":[2],"datatype":"INT64","data":[9223372036854775807,-9007199254740993]}]}';
    const asked = readInference(json(text), undefined);
    const answer = writeInference(model, asked, asked.inputs);
    expect(answer.body.toString()).toContain('"data":[9223372036854775807,-9007199254740993]');
  });

  test('binary tensors follow the JSON in order', () => {
    const numbers = encodeTensor('a', 'FP64', [2], [1.5, 2.5]).data;
    const words = encodeTensor('b', 'BYTES', [2], ['x', 'yz']).data;
    const header = json({
      inputs: [
        {
          name: 'a',
          shape: [2],
          datatype: 'FP64',
          parameters: { binary_data_size: numbers.byteLength }
        },
        {
          name: 'b',
          shape: [2],
          datatype: 'BYTES',
          parameters: { binary_data_size: words.byteLength }
        }
      ]
    });
    const { inputs } = readInference(Buffer.concat([header, numbers, words]), header.length);
    expect(inputs.map(decodeTensor)).toEqual([
      [1.5, 2.5],
      ['x', 'yz']
    ]);
  });

  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  test.each([
    ['no JSON', json('{'), /not JSON/],
    ['no inputs', json({ inputs: [] }), /inputs/],
    ['a list', json('[]'), /body/],
    [
      'too few values',
      input({ datatype: 'FP64', shape: [2], data: [1] }),
      /1 values, but its shape/
    ],
    [
      'a word among numbers',
      input({ datatype: 'FP64', shape: [1], data: ['x'] }),
      /not a value of FP64/
    ],
    [
      'a fraction among integers',
      input({ datatype: 'INT8', shape: [1], data: [1.5] }),
      /not a value of INT8/
    ],
    [
      'a number that does not fit',
      input({ datatype: 'UINT8', shape: [1], data: [256] }),
      /not a value of UINT8/
    ],
    ['an unknown datatype', input({ datatype: 'FP8', shape: [1], data: [1] }), /FP8/],
    [
      'a shape that promises memory',
      input({ datatype: 'FP64', shape: [1e9, 1e9], data: [] }),
      /larger/
    ],
    ['a shape below zero', input({ datatype: 'FP64', shape: [-1], data: [] }), /shape/],
    [
      'nesting without end',
      json(`{"inputs":[{"name":"X","shape":[1],"datatype":"FP64","data":${deep}}]}`),
      /1 values|not a value/
    ],
    [
      'binary data that is not there',
      input({ datatype: 'FP64', shape: [1], parameters: { binary_data_size: 8 } }),
      /left/
    ],
    ['FP16 as JSON', input({ datatype: 'FP16', shape: [1], data: [1] }), /binary/]
  ])('%s is refused with a reason', (_what, body, reason) => {
    expect(() => readInference(body, undefined)).toThrow(reason);
  });

  test('a header length beyond the body, and elements that leave their tensor', () => {
    expect(() => readInference(json('{}'), 100)).toThrow('the body has 2 bytes');
    const header = json({
      inputs: [{ name: 'b', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 4 } }]
    });
    const body = Buffer.concat([header, Buffer.from([255, 255, 255, 255])]);
    expect(() => readInference(body, header.length)).toThrow('leaves its data');
  });
});

describe('writing', () => {
  const results = [
    encodeTensor('label', 'BYTES', [1], ['late']),
    encodeTensor('delay', 'FP64', [1], [0.1])
  ];
  const ask = (fields: object) =>
    readInference(
      json({ inputs: [{ name: 'X', shape: [1], datatype: 'FP64', data: [1] }], ...fields }),
      undefined
    );

  test('all outputs as JSON, with the id of the request', () => {
    const { body, headerLength } = writeInference(model, ask({ id: '42' }), results);
    expect(headerLength).toBeUndefined();
    expect(JSON.parse(body.toString())).toEqual({
      model_name: 'delays',
      model_version: '3',
      id: '42',
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [1], data: ['late'] },
        { name: 'delay', datatype: 'FP64', shape: [1], data: [0.1] }
      ]
    });
  });

  test('only what is asked for, binary where it is asked for', () => {
    const asked = ask({ outputs: [{ name: 'delay', parameters: { binary_data: true } }] });
    const { body, headerLength } = writeInference(model, asked, results);
    expect(JSON.parse(body.toString('utf8', 0, headerLength))).toMatchObject({
      outputs: [{ name: 'delay', parameters: { binary_data_size: 8 } }]
    });
    expect(body.readDoubleLE(headerLength)).toBe(0.1);
    expect(() => writeInference(model, ask({ outputs: [{ name: 'nothing' }] }), results)).toThrow(
      'no output "nothing"'
    );
  });

  test('binary for all, but for the one that says no', () => {
    const asked = ask({
      parameters: { binary_data_output: true },
      outputs: [{ name: 'label', parameters: { binary_data: false } }, { name: 'delay' }]
    });
    const { body, headerLength } = writeInference(model, asked, results);
    const { outputs } = JSON.parse(body.toString('utf8', 0, headerLength)) as {
      outputs: { data?: unknown }[];
    };
    expect(outputs.map(({ data }) => data)).toEqual([['late'], undefined]);
  });
});

test('exact JSON leaves everything but long integers as it is', () => {
  const text = '{"a":12345678901234567,"b":0.12345678901234567,"c":"12345678901234567","d":1e20}';
  const value = parseExact(text) as Record<string, unknown>;
  expect(value).toEqual({
    a: 12345678901234567n,
    b: 0.12345678901234567,
    c: '12345678901234567',
    d: 1e20
  });
  expect(stringifyExact(value)).toContain('"a":12345678901234567');
});
