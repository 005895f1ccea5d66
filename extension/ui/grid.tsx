// A table of any length: rows in sight exist, columns can be pinned at the left, arrow keys walk, Space chooses, Enter opens.
import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface GridColumn {
  id: string;
  label: string;
  width: number;
  number?: boolean;
  pinned?: boolean;
  sort?: 'ascending' | 'descending' | 'none' | undefined;
}

interface GridProps {
  label: string;
  columns: readonly GridColumn[];
  count: number;
  rowHeight: number;
  /** Unknown while the row is being read. */
  idAt(index: number): string | undefined;
  cell(index: number, column: GridColumn): React.ReactNode;
  /** Rows in sight. */
  want(first: number, last: number): void;
  sortBy?(column: GridColumn): void;
  open(index: number): void;
  isChosen(index: number): boolean;
  /** One row, or all from the last one on. */
  choose(index: number, range: boolean): void;
  /** Keys of the owner: true when it took the key. */
  onKey?(key: string, index: number): boolean;
  chooseLabel: string;
}

const BEYOND = 12;
const BOX = 34;

export function Grid(props: GridProps): React.JSX.Element {
  const { label, columns, count, rowHeight, idAt, cell, want, sortBy, open } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, last: 40 });
  const [current, setCurrent] = useState(0);
  const pinned = columns.filter(column => column.pinned);
  const ordered = [...pinned, ...columns.filter(column => !column.pinned)];
  const template = `${BOX}px ${ordered.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' ')}`;
  const least = BOX + ordered.reduce((sum, { width }) => sum + width, 0);
  /** Where each pinned column sticks; those after it scroll below. */
  const lefts = new Map<string, number>();
  let left = BOX;
  for (const { id, width } of pinned) {
    lefts.set(id, left);
    left += width;
  }

  const look = () => {
    const box = scroller.current;
    if (!box) return;
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - BEYOND);
    const last = Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + BEYOND;
    setView(was => (was.first === first && was.last === last ? was : { first, last }));
  };
  useLayoutEffect(look, [count, rowHeight]);
  useEffect(() => {
    const resized = new ResizeObserver(look);
    resized.observe(scroller.current!);
    return () => resized.disconnect();
  }, [rowHeight]);
  useEffect(() => want(view.first, Math.min(view.last, Math.max(0, count - 1))), [view, count]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(count - 1, to));
    setCurrent(index);
    const box = scroller.current!;
    const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
    const seen = box.clientHeight - rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + seen) box.scrollTop = bottom - seen;
    return index;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current!.clientHeight - rowHeight) / rowHeight));
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: count - 1
    };
    const to = steps[event.key];
    if (to !== undefined) {
      const index = move(to);
      if (event.shiftKey) props.choose(index, true);
    } else if (props.onKey?.(event.key, current)) {
      // The owner has done it.
    } else if (event.key === 'Enter') open(current);
    else if (event.key === ' ') props.choose(current, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const rowId = (index: number) => `sl-grid-${label}-${index}`.replace(/[^\w-]/g, '_');
  const rows = [];
  for (let index = view.first; index < Math.min(count, view.last); index += 1) rows.push(index);
  const sticky = (id: string) =>
    lefts.has(id) ? { position: 'sticky' as const, left: lefts.get(id), zIndex: 1 } : {};
  return (
    <div
      className="sl-grid"
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={ordered.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={
        current >= view.first && current < Math.min(count, view.last) ? rowId(current) : undefined
      }
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div
        className="sl-grid-head"
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template, minWidth: least, height: rowHeight }}
      >
        <div role="columnheader" className="sl-grid-box">
          <span className="sl-unseen">{props.chooseLabel}</span>
        </div>
        {ordered.map(column => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={column.sort}
            className={`sl-grid-cell${column.number ? ' sl-number' : ''}${column.pinned ? ' sl-pinned' : ''}`}
            style={sticky(column.id)}
            title={column.label}
          >
            {column.sort === undefined ? (
              column.label
            ) : (
              <button
                type="button"
                className="sl-sort sl-clip"
                onClick={() => sortBy?.(column)}
                title={column.label}
              >
                {column.label}
                {column.sort === 'ascending' ? ' ↑' : column.sort === 'descending' ? ' ↓' : ''}
              </button>
            )}
          </div>
        ))}
      </div>
      <div
        role="rowgroup"
        style={{ position: 'relative', height: count * rowHeight, minWidth: least }}
      >
        {rows.map(index => {
          const id = idAt(index);
          const chosen = id !== undefined && props.isChosen(index);
          return (
            <div
              key={id ?? `row ${index}`}
              id={rowId(index)}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={chosen}
              className={`sl-grid-row${chosen ? ' sl-selected' : ''}${index === current ? ' sl-current' : ''}`}
              style={{ gridTemplateColumns: template, top: index * rowHeight, height: rowHeight }}
              onClick={event => {
                setCurrent(index);
                if (event.ctrlKey || event.metaKey || event.shiftKey)
                  props.choose(index, event.shiftKey);
              }}
              onDoubleClick={() => open(index)}
            >
              <div role="gridcell" className="sl-grid-box">
                {id !== undefined && (
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    checked={chosen}
                    aria-label={props.chooseLabel}
                    onClick={event => {
                      event.stopPropagation();
                      setCurrent(index);
                      props.choose(index, event.shiftKey);
                    }}
                    onChange={() => {}}
                  />
                )}
              </div>
              {ordered.map(column => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={`sl-grid-cell${column.number ? ' sl-number' : ''}${column.pinned ? ' sl-pinned' : ''}`}
                  style={sticky(column.id)}
                >
                  {id === undefined ? <span className="sl-skeleton-cell" /> : cell(index, column)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
