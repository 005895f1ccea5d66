// Where a value stands in a drawn plot and back: pure, so that what is pointed at can be told without asking the renderer.

export interface PlotScale {
  readonly domain: readonly [number, number];
  readonly log: boolean;
  /** 0 at the domain's beginning, 1 at its end. */
  place(value: number): number;
  value(place: number): number;
}

export function plotScale([low, high]: readonly [number, number], log: boolean): PlotScale {
  const [from, to] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  return {
    domain: [low, high],
    log,
    place: value => ((log ? Math.log10(value) : value) - from) / (to - from),
    value: place => {
      const value = from + place * (to - from);
      return log ? 10 ** value : value;
    }
  };
}

/** What spans all values, with room at its ends; of a log axis only positive ones count. Never empty. */
export function domainOf(values: Iterable<number>, log: boolean, margin: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (log) {
    const room = low === high ? 0.3 : Math.log10(high / low) * margin;
    return [low / 10 ** room, high * 10 ** room];
  }
  const room = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * margin;
  return [low - room, high + room];
}

/** The index of the value nearest to the wanted one, in a list that only rises. */
export function nearestIndex(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && wanted - values[low - 1]! < values[low]! - wanted) return low - 1;
  return low;
}
