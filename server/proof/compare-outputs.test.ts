import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { CellOutputs } from '../executor/service.ts';
import { compareOutputs } from './compare-outputs.ts';
import { differingShare, readPng } from './png.ts';

const now = { from: Date.UTC(2026, 0, 2, 15, 4, 5), to: Date.UTC(2026, 0, 2, 15, 5, 5) };
const printed = (stdout: string): CellOutputs => ({ stdout, displays: [] });
const shown = (data: Record<string, unknown>): CellOutputs => ({
  stdout: '',
  displays: [{ result: true, data }]
});
const compare = (one: CellOutputs, other: CellOutputs) => compareOutputs(one, other, now);

test.each([
  ['<function f at 0x7f12ab34cd56>', '<function f at 0x7f99ab34cd00>'],
  ['Wall time: 3.2 ms', 'Wall time: 41 ms'],
  ['Time: 15:04:07', 'Time: 15:05:01'],
  [
    "'(' was never closed (2103389450.py, line 1)",
    "'(' was never closed (<ipython-input-7-3c9ccbfc4104>, line 1)"
  ],
  [
    'File "/tmp/ipykernel_12/2103389450.py", line 3',
    'File "<ipython-input-7-3c9ccbfc4104>", line 3'
  ],
  ['<div id="sk-container-id-1">', '<div id="sk-container-id-4">'],
  [
    '12.3 ns ± 0.1 ns per loop (mean ± std. dev. of 7 runs)',
    '9 ns ± 2 ns per loop (mean ± std. dev. of 7 runs)'
  ]
])('what says nothing is not compared: %s', (one, other) => {
  expect(compare(printed(one), printed(other)).verdict).toBe('equal');
});

test('times that are data are compared', () => {
  expect(compare(printed('09:30:00'), printed('09:30:01')).verdict).toBe('different');
});

test('numbers that nearly are the same are close, others are not', () => {
  expect(compare(printed('rmse 0.12345678901'), printed('rmse 0.12345678902')).verdict).toBe(
    'close'
  );
  expect(compare(printed('rmse 0.123'), printed('rmse 0.124'))).toEqual({
    verdict: 'different',
    difference: { what: 'text', place: 'line 1', notebook: 'rmse 0.123', pipeline: 'rmse 0.124' }
  });
  expect(compare(printed('n 5'), printed('m 5')).verdict).toBe('different');
});

test('the difference is the first line that differs', () => {
  const { difference } = compare(printed('a\nb\nc'), printed('a\nX\nc'));
  expect(difference).toMatchObject({ place: 'line 2', notebook: 'b', pipeline: 'X' });
});

test('a display that is missing, and an error that is not the same', () => {
  expect(compare(shown({ 'text/plain': '5' }), printed('')).difference).toMatchObject({
    what: 'result',
    notebook: '5',
    pipeline: ''
  });
  const failing = { ...printed(''), error: { name: 'NameError', value: "name 'x'" } };
  expect(compare(printed(''), failing).difference).toMatchObject({
    what: 'error',
    pipeline: "NameError: name 'x'"
  });
});

/** RGB, every filter in turn. */
function png(width: number, height: number, colour: (x: number, y: number) => number): Buffer {
  const stride = width * 3;
  const rows: Buffer[] = [];
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const row = Buffer.from(
      Array.from({ length: stride }, (_, at) => colour(Math.floor(at / 3), y))
    );
    const filter = y % 3;
    const coded = row.map((byte, at) =>
      filter === 0 ? byte : byte - (filter === 1 ? (at >= 3 ? row[at - 3]! : 0) : above[at]!)
    );
    rows.push(Buffer.from([filter]), Buffer.from(coded));
    above = row;
  }
  const chunk = (kind: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(kind, 'latin1'), content, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0))
  ]);
}

test('the pixels of a figure are read, whatever the filter', () => {
  const pixels = readPng(png(4, 6, (x, y) => x * 40 + y))!;
  expect([pixels.width, pixels.height]).toEqual([4, 6]);
  expect([...pixels.data.subarray(4 * 4 * 5, 4 * 4 * 5 + 8)]).toEqual([
    5, 5, 5, 255, 45, 45, 45, 255
  ]);
  expect(readPng(Buffer.from('no picture'))).toBeUndefined();
});

test('figures are equal by what can be seen of them', () => {
  const figure = (colour: (x: number, y: number) => number) =>
    shown({ 'image/png': png(30, 30, colour).toString('base64') });
  const plain = figure(() => 200);
  expect(
    compare(
      plain,
      figure(x => (x === 0 ? 201 : 200))
    ).verdict
  ).toBe('close');
  expect(
    compare(
      plain,
      figure((x, y) => (x < 6 && y < 6 ? 20 : 200))
    ).difference
  ).toMatchObject({
    what: 'figure',
    place: '4.0 % of the picture'
  });
  const [one, other] = [png(3, 3, () => 0), png(3, 4, () => 0)].map(file => readPng(file)!);
  expect(differingShare(one!, other!)).toBe(1);
});
