import { expect, test } from 'vitest';
import { type FilterClause, parseFilter, parseOrder } from './filter.ts';

test.each([
  ['', []],
  ['metrics.acc > 0.5', [['metric', 'acc', '>', 0.5]]],
  ['metric.`a b` <= -1e-3', [['metric', 'a b', '<=', -0.001]]],
  [
    'params."my.param" = \'x\' AND tags.mlflow.source != "y"',
    [
      ['param', 'my.param', '=', 'x'],
      ['tag', 'mlflow.source', '!=', 'y']
    ]
  ],
  [
    "name like 'a%' and run_id not in ('a', 'b')",
    [
      ['attribute', 'name', 'LIKE', 'a%'],
      ['attribute', 'run_id', 'NOT IN', ['a', 'b']]
    ]
  ],
  ['  tag.t IS NOT NULL  ', [['tag', 't', 'IS NOT NULL', undefined]]],
  ["params.p = 'it''s and that'", [['param', 'p', '=', "it's and that"]]],
  ["params.p='x'", [['param', 'p', '=', 'x']]],
  ["dataset.name ILIKE 'D%'", [['dataset', 'name', 'ILIKE', 'D%']]]
])('%s', (text, clauses) => {
  const read = (parseFilter(text) as FilterClause[]).map(({ entity, key, operator, value }) => [
    entity,
    key,
    operator,
    value
  ]);
  expect(read).toEqual(clauses);
});

test.each([
  ['metrics.acc >', 'a quoted string value or a number, found the end'],
  ['metrics.acc 0.5', "an operator, found '0.5'"],
  ["a = 'x' b = 'y'", "expected AND or OR, found 'b"],
  ["a = 'x' or", 'a name, found the end'],
  ["or a = 'x'", 'an operator'],
  ["(a = 'x'", "')'"],
  ["a = 'x')", 'AND or OR'],
  ['()', 'a name'],
  ['('.repeat(5000), 'fewer parentheses'],
  ['a = x', "found 'x'"],
  ["run_id in 'a'", 'a list in parentheses'],
  ["run_id in ('a'", "')'"],
  ["wrong.key = 'a'", "Invalid entity type 'wrong'"],
  ["a = '", "found '''"]
])('%s is refused, saying where', (text, words) => {
  expect(() => parseFilter(text)).toThrow(words);
});

test('AND binds closer than OR, parentheses closer still', () => {
  const is = (key: string) => ({ entity: 'attribute', key, operator: '=', value: 'x' });
  const text = (filter: string) => filter.replace(/\b[abc]\b/g, key => `${key} = 'x'`);
  expect(parseFilter(text('a AND b or c'))).toEqual([{ anyOf: [[is('a'), is('b')], [is('c')]] }]);
  expect(parseFilter(text('a AND (b OR c)'))).toEqual([is('a'), { anyOf: [[is('b')], [is('c')]] }]);
  expect(parseFilter(text('((a) AND (b))'))).toEqual([is('a'), is('b')]);
});

test('order is a name and a direction', () => {
  expect(parseOrder('metrics.`a b` DESC')).toEqual({
    entity: 'metric',
    key: 'a b',
    descending: true
  });
  expect(parseOrder('start_time')).toEqual({
    entity: 'attribute',
    key: 'start_time',
    descending: false
  });
  expect(() => parseOrder('a b c')).toThrow('Invalid order_by');
});
