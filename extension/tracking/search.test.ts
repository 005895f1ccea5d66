import { describe, expect, test } from 'vitest';
import { completionsOf, readSearch } from './search.ts';

const known = {
  params: [{ key: 'rounds' }, { key: 'model' }],
  metrics: [{ key: 'rmse' }, { key: 'val/rmse' }],
  tags: [{ key: 'team' }]
};

test.each([
  ['', undefined],
  ['rmse < 20', 'metrics.rmse < 20'],
  ['val/rmse<=1e-3', 'metrics.`val/rmse` <= 1e-3'],
  ['best.rmse < 18 and max.val/rmse > 2', 'best.rmse < 18 AND max.`val/rmse` > 2'],
  ['model = forest', "params.model = 'forest'"],
  ['rounds = 200', "params.rounds = '200'"],
  ['team = red', "tags.team = 'red'"],
  ['team IS NULL', 'tags.team IS NULL'],
  ['params.rounds = 200 and rmse < 19', "params.rounds = '200' AND metrics.rmse < 19"],
  [
    '(rmse < 19 or model = tree) and state = finished',
    "(metrics.rmse < 19 OR params.model = 'tree') AND attributes.status = 'FINISHED'"
  ],
  ["tags.note like '%it''s%'", "tags.note LIKE '%it''s%'"],
  ["attributes.run_id in ('a', 'b')", "attributes.run_id IN ('a', 'b')"],
  ['state = failed', "attributes.status = 'FAILED'"],
  ['heron', "attributes.run_name ILIKE '%heron%'"],
  ["it's 100%", "attributes.run_name ILIKE '%its 100%'"]
])('%s', (typed, filter) => expect(readSearch(typed, known).filter).toBe(filter));

test.each(['rmse <', 'rmse < 20 and', '(rmse < 20', 'rmse < 20 rmse', 'params.rounds', ')'])(
  '%s is not finished yet',
  typed => expect(readSearch(typed, known)).toEqual({ unfinished: true })
);

describe('completion', () => {
  const offered = (text: string) => completionsOf(text, text.length, known).map(one => one.text);

  test('of a key, by its own name or with its kind', () => {
    expect(offered('rm')).toEqual(['metrics.rmse']);
    expect(offered('params.')).toEqual(['params.rounds', 'params.model']);
    expect(offered('rmse < 2 and te')).toEqual(['tags.team']);
    expect(offered('(')).toContain('metrics.rmse');
    expect(offered('best')).toEqual(['best.rmse', 'best.val/rmse']);
    expect(offered('best.rmse ')).toContain('<');
  });
  test('of an operator, as the kind allows', () => {
    expect(offered('metrics.rmse ')).toContain('<');
    expect(offered('params.model ')).toContain('LIKE');
    expect(offered('params.model ')).not.toContain('<');
  });
  test('of a state, and of what joins conditions', () => {
    expect(offered('state = f')).toEqual(['finished', 'failed']);
    expect(offered('rmse < 20 ')).toEqual(['AND', 'OR']);
    expect(offered('rmse < 20 a')).toEqual(['AND']);
    expect(offered('rmse < ')).toEqual([]);
  });
  test('replaces the word that was begun', () =>
    expect(completionsOf('rmse < 2 and te', 15, known)[0]).toMatchObject({ from: 13 }));
});
