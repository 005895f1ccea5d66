// Saved views: search, columns, order and grouping under a name.
import React, { useState } from 'react';
import type { RunView } from '../../server/contract/tracking-runs.ts';
import { deleteRunView, listRunViews, saveRunView } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { MenuBox } from '../ui/menu-box.tsx';
import { Button, Link } from '../ui/states.tsx';
import type { TableState } from './table-state.ts';

interface ViewsMenuProps {
  lab: Lab;
  state: TableState;
  show(state: TableState): void;
}

export function ViewsMenu({ lab, state, show }: ViewsMenuProps): React.JSX.Element {
  const { client, trans } = lab;
  const [name, setName] = useState('');
  const views = useQuery(
    client,
    'run views',
    () => client.call(listRunViews, {}),
    () => false
  );
  const save = () =>
    lab.act(async () => {
      await client.call(saveRunView, { ...state, name: name.trim() });
      setName('');
      views.reload();
    });
  const remove = (view: RunView) =>
    lab.act(async () => {
      await client.call(deleteRunView, { name: view.name });
      views.reload();
    });
  return (
    <MenuBox label={trans.__('Views')}>
      {close => (
        <>
          {views.data?.items.length === 0 && (
            <p className="sl-muted">
              {trans.__('Search, columns, order and groups can be kept under a name.')}
            </p>
          )}
          <ul className="sl-menu-list">
            {views.data?.items.map(({ name, ...view }) => (
              <li key={name} className="sl-menu-row">
                <Link
                  label={name}
                  title={view.search}
                  onClick={() => {
                    show(view);
                    close();
                  }}
                />
                <span className="sl-fill" />
                <button
                  type="button"
                  className="sl-link"
                  aria-label={trans.__('Delete the view %1', name)}
                  onClick={() => void remove({ name, ...view })}
                >
                  {trans.__('delete')}
                </button>
              </li>
            ))}
          </ul>
          <form
            className="sl-menu-row"
            onSubmit={event => {
              event.preventDefault();
              if (name.trim() !== '') void save();
            }}
          >
            <input
              value={name}
              maxLength={100}
              placeholder={trans.__('Name of this view')}
              aria-label={trans.__('Name of this view')}
              onChange={event => setName(event.target.value)}
            />
            <Button
              label={trans.__('Save')}
              disabled={name.trim() === ''}
              onClick={() => void save()}
            />
          </form>
        </>
      )}
    </MenuBox>
  );
}
