// Which columns the table has, and which of them stay at the left.
import React, { useState } from 'react';
import type { RunColumns } from '../../server/contract/tracking-runs.ts';
import type { Lab } from '../tokens.ts';
import { MenuBox } from '../ui/menu-box.tsx';
import { Button } from '../ui/states.tsx';
import { keyOf } from './table-state.ts';

interface ColumnsMenuProps {
  lab: Lab;
  known: RunColumns | undefined;
  columns: readonly string[];
  pinned: readonly string[];
  change(columns: string[], pinned: string[]): void;
  /** Back to those that differ most. */
  reset(): void;
}

const SHOWN = 200;

export function ColumnsMenu(props: ColumnsMenuProps): React.JSX.Element {
  const { lab, known, columns, pinned, change, reset } = props;
  const { trans } = lab;
  const [looked, look] = useState('');
  const fields = [
    ...(known?.metrics ?? []).map(({ key, runs }) => ({ field: `metrics.${key}`, runs })),
    ...(known?.params ?? []).map(({ key, runs }) => ({ field: `params.${key}`, runs })),
    ...(known?.tags ?? []).map(({ key, runs }) => ({ field: `tags.${key}`, runs }))
  ];
  const listed = new Set(fields.map(({ field }) => field));
  const all = [
    ...fields,
    ...columns.filter(field => !listed.has(field)).map(field => ({ field, runs: 0 }))
  ].filter(({ field }) => field.toLowerCase().includes(looked.toLowerCase()));
  const titles: Record<string, string> = {
    metrics: trans.__('Metrics'),
    params: trans.__('Params'),
    tags: trans.__('Tags')
  };
  const toggle = (list: readonly string[], field: string) =>
    list.includes(field) ? list.filter(one => one !== field) : [...list, field];
  return (
    <MenuBox label={trans.__('Columns')}>
      {() => (
        <>
          <input
            type="search"
            value={looked}
            placeholder={trans.__('Find a column')}
            aria-label={trans.__('Find a column')}
            autoFocus
            onChange={event => look(event.target.value)}
          />
          <div className="sl-menu-list" tabIndex={0} role="group" aria-label={trans.__('Columns')}>
            {Object.entries(titles).map(([kind, title]) => {
              const of = all.filter(({ field }) => field.startsWith(`${kind}.`)).slice(0, SHOWN);
              return of.length === 0 ? null : (
                <fieldset key={kind}>
                  <legend>{title}</legend>
                  {of.map(({ field, runs }) => (
                    <div key={field} className="sl-menu-row">
                      <label title={keyOf(field)}>
                        <input
                          type="checkbox"
                          checked={columns.includes(field)}
                          onChange={() =>
                            change(
                              toggle(columns, field),
                              pinned.filter(one => one !== field || !columns.includes(field))
                            )
                          }
                        />
                        <span className="sl-clip">{keyOf(field)}</span>
                      </label>
                      <span className="sl-muted sl-number">{runs}</span>
                      <button
                        type="button"
                        className="sl-link"
                        aria-pressed={pinned.includes(field)}
                        aria-label={trans.__('Pin %1', keyOf(field))}
                        onClick={() =>
                          change(
                            columns.includes(field) ? [...columns] : [...columns, field],
                            toggle(pinned, field)
                          )
                        }
                      >
                        {pinned.includes(field) ? trans.__('pinned') : trans.__('pin')}
                      </button>
                    </div>
                  ))}
                </fieldset>
              );
            })}
            {all.length === 0 && <p className="sl-muted">{trans.__('No column of that name.')}</p>}
          </div>
          <Button label={trans.__('Those that differ')} onClick={reset} />
        </>
      )}
    </MenuBox>
  );
}
