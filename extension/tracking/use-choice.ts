// Which rows are chosen, in the order in which they were; a range goes from the last one to the next.
import { useCallback, useRef, useState } from 'react';

export interface Choice {
  chosen: ReadonlySet<string>;
  choose(index: number, range: boolean): void;
  set(ids: readonly string[]): void;
  clear(): void;
}

export function useChoice(idAt: (index: number) => string | undefined, count: number): Choice {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef(0);
  return {
    chosen,
    choose(index, range) {
      const from = range ? Math.min(last.current, index) : index;
      const to = range ? Math.min(Math.max(last.current, index), count - 1) : index;
      const ids = new Set<string>();
      for (let at = from; at <= to; at += 1) {
        const id = idAt(at);
        if (id !== undefined) ids.add(id);
      }
      last.current = index;
      setChosen(now => {
        const isTakenBack = !range && [...ids].every(id => now.has(id));
        return new Set(isTakenBack ? [...now].filter(id => !ids.has(id)) : [...now, ...ids]);
      });
    },
    set: useCallback((ids: readonly string[]) => setChosen(new Set(ids)), []),
    clear: useCallback(() => setChosen(new Set<string>()), [])
  };
}
