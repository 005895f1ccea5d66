import { expect, test } from 'vitest';
import type { Repair } from '../contract/proof.ts';
import { emptyOverlay, type Overlay } from './overlay.ts';
import { trim, withOnly } from './trim.ts';

const repairOf = (kind: Repair['kind'], ...cells: number[]): Overlay['repairs'][number] => {
  const repair: Repair = { kind, cells, names: [], reason: `${kind} ${cells.join()}` };
  const edge = { from: cells[0]!, to: cells[1]!, names: [], certainty: 'must' as const };
  if (kind === 'input') return { repair, edge: { ...edge, kind: 'value' } };
  return kind === 'state' ? { repair, edge: { ...edge, kind: 'state' } } : { repair };
};

function overlayOf(...repairs: Overlay['repairs']): Overlay {
  const first = ({ repair }: Overlay['repairs'][number]) => repair.cells[0]!;
  const of = (kind: string) => repairs.filter(({ repair }) => repair.kind === kind).map(first);
  const all: Overlay = {
    ...emptyOverlay(),
    again: new Set(of('again')),
    once: new Set(of('input'))
  };
  return withOnly(all, repairs);
}

const share = ({ together }: Overlay, ...cells: number[]) =>
  together.some(set => cells.every(cell => set.includes(cell)));

test('repairs that are not needed are taken out again', async () => {
  const overlay = overlayOf(
    repairOf('state', 0, 3),
    repairOf('state', 1, 3),
    repairOf('input', 2, 4),
    repairOf('again', 5),
    repairOf('again', 6)
  );
  const needed = (tried: Overlay) =>
    tried.edges.some(({ from }) => from === 1) && tried.again.has(5) ? tried : undefined;
  const best = await trim(
    overlay,
    async tried => needed(tried),
    () => false
  );
  expect(best?.repairs.map(({ repair }) => repair.reason)).toEqual(['state 1,3', 'again 5']);
  expect(best?.edges).toMatchObject([{ from: 1, to: 3 }]);
  expect([...best!.again]).toEqual([5]);
  expect([...best!.once]).toEqual([]);
});

test('of many cells in one step, those stay that have to', async () => {
  const cells = Array.from({ length: 40 }, (_, at) => at);
  const overlay = overlayOf(repairOf('together', ...cells));
  let tries = 0;
  const best = await trim(
    overlay,
    async tried => {
      tries++;
      return share(tried, 2, 17, 18) ? tried : undefined;
    },
    () => false
  );
  expect(best?.together).toEqual([[2, 17, 18]]);
  expect(tries).toBeLessThan(60);
});

test('it ends in time, with the best so far', async () => {
  const overlay = overlayOf(repairOf('again', 1), repairOf('again', 2), repairOf('again', 3));
  let tries = 0;
  const best = await trim(
    overlay,
    async tried => (tries++, tried),
    () => tries === 2
  );
  expect(best?.repairs).toHaveLength(1);
  expect(tries).toBe(2);
});

test('nothing better is nothing', async () => {
  const overlay = overlayOf(repairOf('together', 1, 2));
  expect(
    await trim(
      overlay,
      async () => undefined,
      () => false
    )
  ).toBeUndefined();
});
