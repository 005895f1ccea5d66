import { expect, test } from 'vitest';
import { parseDelimited } from './delimited.ts';

test.each([
  [
    'plain rows',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2']
    ]
  ],
  ['a last line without its end', 'a\r\n1', [['a'], ['1']]],
  ['quotes around everything', '"a,b","say ""so""\nnow"\n', [['a,b', 'say "so"\nnow']]],
  ['empty cells', ',\n', [['', '']]],
  ['nothing', '', []]
])('%s', (_, text, rows) => expect(parseDelimited(text, ',', 10)).toEqual(rows));

test('no more rows than asked for', () =>
  expect(parseDelimited('1\n2\n3\n', ',', 2)).toEqual([['1'], ['2']]));
