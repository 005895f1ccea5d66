// Equal is not enough: whatever of the repairs turns out not to be needed only costs parallelism, so it is taken out again.
import type { Overlay } from './overlay.ts';

type Entry = Overlay['repairs'][number];

/** The overlay with only these repairs; `together` ones may have fewer cells than before. */
export function withOnly(overlay: Overlay, kept: Entry[]): Overlay {
  const cellsOf = (kind: Entry['repair']['kind']) =>
    kept.filter(({ repair }) => repair.kind === kind).map(({ repair }) => repair.cells);
  const makers = (kind: 'again' | 'input') => new Set(cellsOf(kind).map(([cell]) => cell));
  const [again, inputs] = [makers('again'), makers('input')];
  return {
    repairs: kept,
    edges: kept.flatMap(({ edge }) => edge ?? []),
    together: cellsOf('together'),
    again: new Set([...overlay.again].filter(cell => again.has(cell))),
    once: new Set([...overlay.once].filter(cell => inputs.has(cell)))
  };
}

/** What may be left out, the dearest first: whole repairs, then halves of those that join many cells, down to single cells. */
function* smaller(repairs: () => Entry[]): Generator<Entry[]> {
  const dearest = repairs().toSorted((a, b) => priceOf(b) - priceOf(a));
  for (const entry of dearest) yield repairs().filter(each => each !== entry);
  const sizes = dearest.map(priceOf);
  for (let size = Math.ceil(Math.max(0, ...sizes) / 2); size >= 1; size = halved(size)) {
    for (const { repair: wide } of repairs().filter(({ repair }) => repair.kind === 'together')) {
      // Taken out from the end: what comes last holds up least.
      for (let end = wide.cells.length; end > 0; end -= size) {
        const chunk = wide.cells.slice(Math.max(0, end - size), end);
        const now = repairs();
        const at = now.findIndex(({ repair }) => isPartOf(repair, wide));
        const cells = now[at]?.repair.cells.filter(cell => !chunk.includes(cell)) ?? [];
        if (cells.length < 2 || cells.length === now[at]!.repair.cells.length) continue;
        yield now.with(at, { repair: { ...now[at]!.repair, cells } });
      }
    }
  }
}

const halved = (size: number) => (size === 1 ? 0 : Math.ceil(size / 2));
const isPartOf = (repair: Entry['repair'], wide: Entry['repair']) =>
  repair.kind === 'together' &&
  repair.reason === wide.reason &&
  repair.cells.every(cell => wide.cells.includes(cell));
const priceOf = ({ repair }: Entry) => (repair.kind === 'together' ? repair.cells.length : 0);

/**
 * Tries what is left out until nothing more can be, or the time is over.
 * @param attempt what came of it, when it is still equal and no less parallel
 * @returns the last one that was good
 */
export async function trim<T>(
  overlay: Overlay,
  attempt: (overlay: Overlay) => Promise<T | undefined>,
  isOver: () => boolean
): Promise<T | undefined> {
  let kept = overlay;
  let best: T | undefined;
  for (const repairs of smaller(() => kept.repairs)) {
    if (isOver()) break;
    const tried = withOnly(overlay, repairs);
    const good = await attempt(tried);
    if (good === undefined) continue;
    kept = tried;
    best = good;
  }
  return best;
}
