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
      const next = new Set(chosen);
      const id = idAt(index);
      if (id === undefined) return;
      if (range) {
        const [from, to] = [Math.min(last.current, index), Math.max(last.current, index)];
        for (let at = from; at <= Math.min(to, count - 1); at += 1) {
          const one = idAt(at);
          if (one !== undefined) next.add(one);
        }
      } else if (!next.delete(id)) next.add(id);
      last.current = index;
      setChosen(next);
    },
    set: useCallback((ids: readonly string[]) => setChosen(new Set(ids)), []),
    clear: useCallback(() => setChosen(new Set<string>()), [])
  };
}
