// A list of rows of one height: only those in sight exist, arrow keys move, Enter opens, the choice survives new data.
import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';

interface ListProps<Item> {
  items: readonly Item[];
  idOf(item: Item): string;
  row(item: Item): React.ReactNode;
  rowHeight: number;
  label: string;
  open?(item: Item): void;
  selected?: string | undefined;
  select?(item: Item): void;
  /** Several rows are chosen together: by Space, or a click with Ctrl. */
  chosen?: ReadonlySet<string> | undefined;
  choose?(item: Item): void;
  /** The last rows came into sight: there may be more. */
  reachedEnd?(): void;
}

const BEYOND = 6;

export function List<Item>(props: ListProps<Item>): React.JSX.Element {
  const { items, idOf, row, rowHeight, label, open, select, selected, reachedEnd } = props;
  const { chosen, choose } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, last: 40 });
  const [focused, setFocused] = useState<string>();
  const current = items.findIndex(item => idOf(item) === (focused ?? selected));

  const look = () => {
    const scroller = scrollerOf(box.current);
    if (!box.current || !scroller) return;
    const above = scroller.getBoundingClientRect().top - box.current.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(above / rowHeight) - BEYOND);
    const last = Math.ceil((above + scroller.clientHeight) / rowHeight) + BEYOND;
    setView(was => (was.first === first && was.last === last ? was : { first, last }));
  };
  useLayoutEffect(look, [items.length, rowHeight]);
  useEffect(() => {
    const scroller = scrollerOf(box.current);
    if (!scroller) return;
    const resized = new ResizeObserver(look);
    resized.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, [rowHeight]);
  useEffect(() => {
    if (view.last >= items.length) reachedEnd?.();
  }, [view.last, items.length]);

  /** As little as it takes; what lies over the edges (`scroll-padding`) hides no row. */
  const reveal = (index: number) => {
    const scroller = scrollerOf(box.current);
    if (!box.current || !scroller) return;
    const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(scroller);
    const above = box.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const over = above + index * rowHeight - (parseFloat(scrollPaddingTop) || 0);
    const room = scroller.clientHeight - (parseFloat(scrollPaddingBottom) || 0);
    const below = above + (index + 1) * rowHeight - room;
    if (over < 0) scroller.scrollTop += over;
    else if (below > 0) scroller.scrollTop += below;
  };
  const move = (to: number) => {
    const item = items[Math.max(0, Math.min(items.length - 1, to))];
    if (!item) return;
    setFocused(idOf(item));
    reveal(items.indexOf(item));
    select?.(item);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const item = items[current];
    const page = Math.floor((scrollerOf(box.current)?.clientHeight ?? 0) / rowHeight) - 1;
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + Math.max(1, page),
      PageUp: current - Math.max(1, page),
      Home: 0,
      End: items.length - 1
    };
    const to = steps[event.key];
    if (to !== undefined) move(to);
    else if (event.key === ' ' && item && choose && event.target === event.currentTarget)
      choose(item);
    else if (
      (event.key === 'Enter' || event.key === ' ') &&
      item &&
      event.target === event.currentTarget
    )
      (open ?? select)?.(item);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      className="sl-list"
      role="listbox"
      aria-label={label}
      aria-multiselectable={choose ? true : undefined}
      tabIndex={0}
      aria-activedescendant={current < 0 ? undefined : rowId(label, idOf(items[current]!))}
      style={{ height: items.length * rowHeight }}
      onKeyDown={onKeyDown}
      onFocus={() => current < 0 && items[0] && setFocused(idOf(items[0]))}
    >
      {items.slice(view.first, view.last).map((item, index) => {
        const id = idOf(item);
        const isChosen = choose ? chosen?.has(id) === true : id === selected;
        const state = `${isChosen ? ' sl-selected' : ''}${id === (focused ?? selected) ? ' sl-current' : ''}`;
        return (
          <div
            key={id}
            id={rowId(label, id)}
            role="option"
            aria-selected={isChosen}
            className={`sl-row${state}`}
            style={{ top: (view.first + index) * rowHeight, height: rowHeight }}
            onClick={event => {
              setFocused(id);
              const isMark = (event.target as HTMLElement).closest('[data-choose]') !== null;
              if (choose && (event.ctrlKey || event.metaKey || isMark)) choose(item);
              else (open ?? select)?.(item);
            }}
          >
            {row(item)}
          </div>
        );
      })}
    </div>
  );
}

const rowId = (label: string, id: string) => `sl-${label}-${id}`.replace(/[^\w-]/g, '_');

function scrollerOf(node: HTMLElement | null): HTMLElement | null {
  return node?.closest<HTMLElement>('.sl-scroll') ?? null;
}
