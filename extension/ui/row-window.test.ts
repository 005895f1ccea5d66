import { expect, test, vi } from 'vitest';
import { createRowWindow, PAGE } from './row-window.ts';

const list = (name: string, length: number) => {
  const asked: number[] = [];
  const load = (offset: number, limit: number) => {
    asked.push(offset);
    const items = Array.from(
      { length: Math.min(limit, length - offset) },
      (_, index) => `${name}${offset + index}`
    );
    return Promise.resolve({ total: length, items });
  };
  return { asked, load };
};
const settled = () => new Promise(resolve => setTimeout(resolve));

test('only the pages in sight are read, each once', async () => {
  const changed = vi.fn();
  const rows = createRowWindow<string>(changed);
  const { load, asked } = list('a', 30_000);
  rows.want(0, 40);
  rows.ask(load);
  await settled();
  expect([rows.total, rows.at(7)]).toEqual([30_000, 'a7']);
  rows.want(15_090, 15_110);
  rows.want(15_091, 15_111);
  await settled();
  expect(rows.at(15_100)).toBe('a15100');
  expect(asked).toEqual([0, 15_000, 15_100]);
  expect(changed).toHaveBeenCalledTimes(3);
});

test('another question keeps the rows until its answer, and a late answer to the first is dropped', async () => {
  const rows = createRowWindow<string>(() => {});
  rows.want(0, 10);
  rows.ask(list('a', 500).load);
  await settled();
  let answer = (_: { total: number; items: string[] }) => {};
  rows.ask(() => new Promise(resolve => (answer = resolve)));
  expect(rows.at(0)).toBe('a0');
  rows.ask(list('c', 3).load);
  await settled();
  answer({ total: 1, items: ['b0'] });
  await settled();
  expect([rows.total, rows.at(0), rows.at(PAGE)]).toEqual([3, 'c0', undefined]);
});

test('read again, what is in sight stays on the screen and the rest is forgotten', async () => {
  const rows = createRowWindow<string>(() => {});
  const { load, asked } = list('a', 1000);
  rows.want(0, 10);
  rows.ask(load);
  await settled();
  rows.want(500, 510);
  await settled();
  rows.refresh();
  expect(rows.at(505)).toBe('a505');
  await settled();
  expect(asked).toEqual([0, 500, 500]);
  expect(rows.at(0)).toBeUndefined();
});

test('a failure is said, asked for again only on demand', async () => {
  const rows = createRowWindow<string>(() => {});
  const load = vi.fn(() => Promise.reject(new Error('away')));
  rows.want(0, 10);
  rows.ask(load);
  await settled();
  rows.want(1, 11);
  await settled();
  expect(rows.error).toMatchObject({ message: 'away' });
  expect(load).toHaveBeenCalledTimes(1);
  rows.refresh();
  expect(load).toHaveBeenCalledTimes(2);
});
