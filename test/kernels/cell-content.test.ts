// What tells that a cell ran again with the same result: digests of plain values, and nothing of what only the user's code knows.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/jupyter.ts';

const SCRIPT = `
import json, sys
import numpy as np, pandas as pd
from stepladder.content import Contents

class Loud:
    def __repr__(self): raise SystemExit("its code ran")
    __reduce__ = __eq__ = __hash__ = __len__ = __repr__

class LoudList(list):
    __iter__ = __len__ = Loud.__repr__

frame = lambda number: pd.DataFrame({"a": [1, number], "b": ["x", None], "t": pd.date_range("2020", periods=2)})
values = json.loads(sys.argv[1])
print(json.dumps([Contents(600).digest(eval(value)) for value in values]))
`;

const digests = (...values: string[]): (string | null)[] =>
  JSON.parse(
    execFileSync(join(root, '.venv/bin/python'), ['-c', SCRIPT, JSON.stringify(values)], {
      env: { PYTHONPATH: join(root, 'kernel-bridge/python') },
      encoding: 'utf8'
    })
  ) as (string | null)[];

test('equal values have one digest, others another', () => {
  const pairs = [
    ['1', '2'],
    ['1', 'True'],
    ['"a"', 'b"a"'],
    ['[1, [2]]', '[[1], 2]'],
    ['{"a": (1, None)}', '{"a": [1, None]}'],
    ['np.arange(3)', 'np.arange(3.0)'],
    ['np.float64(2)', '2.0'],
    ['frame(2)', 'frame(3)'],
    ['frame(2).a', 'frame(2).b']
  ];
  const [first, again, others] = [
    digests(...pairs.map(([one]) => one!)),
    digests(...pairs.map(([one]) => one!)),
    digests(...pairs.map(([, other]) => other!))
  ];
  expect(again).toEqual(first);
  first.forEach((digest, at) => {
    expect(digest, pairs[at]![0]).toMatch(/^[0-9a-f]{24}$/);
    expect(others[at], pairs[at]![1]).not.toBe(digest);
  });
});

test('nothing is said of what is large, or known to the code of the user alone', () => {
  expect(
    digests(
      'Loud()',
      '[Loud()]',
      'LoudList([1])',
      '{1, 2}',
      'list(range(100000))',
      'np.zeros(10_000_000)',
      '"x" * 10_000_000',
      'pd.Series([Loud()])'
    )
  ).toEqual(Array(8).fill(null));
});

test('a value that leads to itself ends', () => {
  expect(digests('(lambda one: one.append(one) or one)([])')).toEqual([null]);
});
