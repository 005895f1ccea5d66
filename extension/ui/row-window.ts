// A long list of which only the part in sight is read: pages come as they are wanted, old rows stay until new ones are there.

export interface Part<Row> {
  total: number;
  items: readonly Row[];
}

export type LoadPart<Row> = (offset: number, limit: number) => Promise<Part<Row>>;

export interface RowWindow<Row> {
  /** Unknown before the first answer. */
  readonly total: number | undefined;
  /** Why the last answer did not come. */
  readonly error: unknown;
  at(index: number): Row | undefined;
  /** These rows are in sight. */
  want(first: number, last: number): void;
  /** Another question: what is shown stays until its answer comes. */
  ask(load: LoadPart<Row>): void;
  /** The same question again: what is in sight is read anew, the rest forgotten. */
  refresh(): void;
  /** Of the rows that are here. */
  loaded(): Row[];
  stop(): void;
}

export const PAGE = 100;

export function createRowWindow<Row>(changed: () => void): RowWindow<Row> {
  let load: LoadPart<Row> | undefined;
  let question = 0;
  /** Of which question and reading a page is. */
  let reading = 0;
  let pages = new Map<number, { items: readonly Row[]; reading: number }>();
  let answered = 0;
  let asked = new Set<number>();
  let total: number | undefined;
  let error: unknown;
  let sight = { first: 0, last: 0 };
  let stopped = false;

  const inSight = () => {
    const [from, to] = [Math.floor(sight.first / PAGE), Math.floor(sight.last / PAGE)];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
      page => page === 0 || total === undefined || page * PAGE < total
    );
  };

  const read = async (page: number) => {
    if (!load || asked.has(page)) return;
    asked.add(page);
    const [of, at] = [question, reading];
    try {
      const part = await load(page * PAGE, PAGE);
      if (stopped || of !== question) return;
      if (answered !== of) pages = new Map();
      answered = of;
      error = undefined;
      total = part.total;
      pages.set(page, { items: part.items, reading: at });
      for (const [other, { reading: then }] of pages)
        if (then < at && !inSight().includes(other)) pages.delete(other);
    } catch (failure) {
      if (stopped || of !== question) return;
      error = failure;
    }
    if (at === reading) asked.delete(page);
    changed();
    // What came may be shorter than what was in sight, or the sight has moved on.
    fill();
  };
  const fill = () => {
    if (error !== undefined) return;
    for (const page of inSight()) {
      const held = answered === question ? pages.get(page) : undefined;
      if (!held || held.reading < reading) void read(page);
    }
  };

  return {
    get total() {
      return total;
    },
    get error() {
      return error;
    },
    at: index => pages.get(Math.floor(index / PAGE))?.items[index % PAGE],
    want(first, last) {
      sight = { first: Math.max(0, first), last: Math.max(0, last) };
      fill();
    },
    ask(next) {
      load = next;
      question += 1;
      reading += 1;
      asked = new Set();
      error = undefined;
      fill();
    },
    refresh() {
      reading += 1;
      asked = new Set();
      error = undefined;
      fill();
    },
    loaded: () => [...pages.values()].flatMap(({ items }) => [...items]),
    stop() {
      stopped = true;
    }
  };
}
