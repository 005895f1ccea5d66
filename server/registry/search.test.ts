import { describe, expect, test } from 'vitest';
import {
  compareBy,
  matches,
  parseFilter,
  parseOrder,
  readPage,
  type Searched,
  writePage
} from './search.ts';

const attributes = { name: 'text', version_number: 'number' } as const;
const model = (name: string, tags = {}, version_number = 1): Searched => ({
  attributes: { name, version_number },
  tags
});
const finds = (filter: string, candidate: Searched) =>
  matches(parseFilter(filter, attributes), candidate);

describe('filters', () => {
  test.each([
    [`name = 'delays'`, true],
    [`name = "delays"`, true],
    [`name = 'x' OR name = 'delays'`, true],
    [`name = 'x' AND name = 'y' OR name = 'delays'`, true],
    [`name = 'delays' AND (name = 'x' OR version_number = 99)`, false],
    [`attributes.name = 'delays'`, true],
    ["name != 'delays'", false],
    [`name LIKE 'del%'`, true],
    [`name LIKE 'DEL%'`, false],
    [`name ilike 'DEL%'`, true],
    [`name LIKE 'd_lays'`, true],
    [`name IN ('a', 'delays')`, true],
    [`name NOT IN ('a','delays')`, false],
    [`tags.team = 'air' AND version_number > 2`, true],
    [`tag.team='air' and version_number<=2`, false],
    ["tags.`two words` = 'yes'", true],
    [`tags."two words" = 'yes'`, true],
    [`tags.missing != 'x'`, false],
    [`tags.quote = 'it''s'`, true],
    ['', true]
  ])('%s is %s', (filter, expected) => {
    const tags = { team: 'air', 'two words': 'yes', quote: "it's" };
    expect(finds(filter, model('delays', tags, 3))).toBe(expected);
  });

  test('what was never marked as a prompt is none', () => {
    const clause = "tag.`mlflow.prompt.is_prompt` != 'true'";
    expect(finds(clause, model('delays'))).toBe(true);
    expect(finds(clause, model('greeting', { 'mlflow.prompt.is_prompt': 'true' }))).toBe(false);
  });

  test.each([
    `name ~ 'x'`,
    `name = 'x' OR`,
    `(name = 'x'`,
    `name = 'x')`,
    `name = 'x' name = 'y'`,
    '('.repeat(5000),
    `name = x`,
    `name =`,
    `nobody = 'x'`,
    `name = 'unfinished`,
    `name > 'x'`,
    `version_number LIKE '1'`,
    `version_number = 1.5`,
    `name IS NULL`,
    `name IN ('a'`,
    `tags.a IN ('b')`,
    `AND`
  ])('%s is refused', filter => {
    expect(() => parseFilter(filter, attributes)).toThrow(/Invalid|Expected/);
  });
});

test('orders end in one that leaves no ties, and refuse what they do not know', () => {
  const orders = parseOrder(
    ['version_number DESC'],
    ['name', 'version_number'],
    [{ key: 'name', descending: false }]
  );
  const sorted = [model('b', {}, 1), model('a', {}, 1), model('c', {}, 2)].sort(compareBy(orders));
  expect(sorted.map(({ attributes }) => attributes['name'])).toEqual(['c', 'a', 'b']);
  expect(() => parseOrder(['owner'], ['name'], [])).toThrow('Invalid order_by clause');
  expect(() => parseOrder(['name', 'name DESC'], ['name'], [])).toThrow('duplicate');
});

test('page tokens are read back, others refused', () => {
  expect(readPage(writePage(40))).toBe(40);
  expect(readPage(undefined)).toBe(0);
  expect(() => readPage('bm9uc2Vuc2U')).toThrow('Invalid page token');
});
