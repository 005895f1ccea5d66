import { expect, it } from 'vitest';
import { mentionedNames, namesOf } from './names.ts';

const free = (source: string) => [...namesOf(source).free].sort();

it('a function that reads only what it is given has no free names', () => {
  expect(free('def clean(df, *, limit=3):\n    kept = df[df.x < limit]\n    return kept')).toEqual(
    []
  );
});

it('finds what a function takes from outside: values, functions, defaults, annotations', () => {
  expect(
    free('def score(x: Frame, k=limit) -> float:\n    return model.predict(x) + offset')
  ).toEqual(['Frame', 'float', 'limit', 'model', 'offset']);
});

it('knows locals wherever in the function they are bound', () => {
  const source = `def total(rows):
    for row, (a, *b) in rows:
        with open(row) as handle:
            last = handle.read()
    if (n := len(rows)) > 1:
        first: int = n
    import json as j
    return [x for x in b if x], lambda y: y, a, last, first, j, n`;
  expect(free(source)).toEqual(['int', 'len', 'open']);
});

it('a store into an item or attribute reads the object', () => {
  expect(free('def note(k, v):\n    cache[k] = v\n    log.last, table[k, v] = k, v')).toEqual([
    'cache',
    'log',
    'table'
  ]);
});

it('a method does not see names of its class body', () => {
  const source =
    'class Model(Base):\n    rate = 3\n    def fit(self, X):\n        return rate * X + self.rate';
  expect(free(source)).toEqual(['Base', 'rate']);
});

it('global reaches the notebook, keyword names do not', () => {
  expect(free('def f():\n    global count\n    count = g(seed=1, size=seed)')).toEqual([
    'count',
    'g',
    'seed'
  ]);
});

it('reads f-strings and no other string', () => {
  expect(
    free('def f():\n    """uses model"""\n    return f"{model!r:>{width}} {{x}}" + "y" # z')
  ).toEqual(['model', 'width']);
});

it('mentions every name but attributes', () => {
  expect([...mentionedNames('a = b.c + d("e")')]).toEqual(['a', 'b', 'd']);
});
