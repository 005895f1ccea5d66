import { expect, test } from 'vitest';
import {
  borderMoved,
  borderNudged,
  type EditedCell,
  mergedUp,
  renamed,
  split,
  stepMoved
} from './step-edits.ts';

/** `a`: a cell of the step a; `.`: code without a step; `#`: text. */
const cells = (text: string): EditedCell[] =>
  [...text].map(letter => ({
    code: letter !== '#',
    step: /[.#]/.test(letter) ? undefined : letter
  }));
const after = (text: string, changes: Map<number, string | undefined>) =>
  [...text].map((letter, at) => (changes.has(at) ? (changes.get(at) ?? '.') : letter)).join('');

test.each([
  ['a name for the whole step', '#aab', (list: EditedCell[]) => renamed(list, 'a', 'x'), '#xxb'],
  ['split', '#aaab', (list: EditedCell[]) => split(list, 2, 'x'), '#axxb'],
  ['a split of nothing', '..a', (list: EditedCell[]) => split(list, 0, 'x'), '..a'],
  ['merge', 'aa.#bbc', (list: EditedCell[]) => mergedUp(list, 'b'), 'aaa#aac'],
  ['a merge of the first', '.aab', (list: EditedCell[]) => mergedUp(list, 'a'), '.aab'],
  ['the border up', 'aa#bb', (list: EditedCell[]) => borderMoved(list, 'b', 1), 'ab#bb'],
  ['the border down', 'aa#bbb', (list: EditedCell[]) => borderMoved(list, 'b', 4), 'aa#abb'],
  [
    'the border behind its end',
    'aabbc',
    (list: EditedCell[]) => borderMoved(list, 'b', 4),
    'aabbc'
  ],
  ['the first border down', 'aab', (list: EditedCell[]) => borderMoved(list, 'a', 1), '.ab'],
  ['one up over text', 'aa#bb', (list: EditedCell[]) => borderNudged(list, 'b', -1), 'ab#bb'],
  ['one down', 'aabb', (list: EditedCell[]) => borderNudged(list, 'b', 1), 'aaab'],
  ['one up at the top', 'ab', (list: EditedCell[]) => borderNudged(list, 'a', -1), 'ab']
])('%s', (_, before, edit, expected) => {
  expect(after(before, edit(cells(before)))).toBe(expected);
});

test('a step changes places with its neighbour, text and all', () => {
  const moved = (text: string, step: string, by: -1 | 1) => {
    const move = stepMoved(cells(text), step, by);
    if (!move) return undefined;
    const list = [...text];
    list.splice(move.to, 0, ...list.splice(move.from, move.count));
    return list.join('');
  };
  expect(moved('#aa#bb#c', 'b', -1)).toBe('#bb#aa#c');
  expect(moved('#aa#bb#c', 'b', 1)).toBe('#aa#c#bb');
  expect(moved('#aa#bb#c', 'a', -1)).toBeUndefined();
  expect(moved('#aa#bb#c', 'c', 1)).toBeUndefined();
});
