// The sidebar's list of registered models: who is champion, who challenges.
import React, { useState } from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { listModels } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { Entry } from '../ui/entry.tsx';
import { List } from '../ui/list.tsx';
import { Search } from '../ui/search.tsx';
import { Button, Empty, Loading } from '../ui/states.tsx';
import {
  challengerOf,
  challengerWords,
  championWords,
  shownValue,
  versionName
} from './model-words.ts';

export function ModelsPanel({ lab }: { lab: Lab }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const [typed, type] = useState('');
  const models = useQuery(
    client,
    'models',
    () => client.call(listModels, {}),
    event => event.type === 'model-changed' || event.type === 'alias-moved'
  );
  const all = models.data?.items ?? [];
  const shown = all.filter(({ name }) => name.toLowerCase().includes(typed.trim().toLowerCase()));
  const next = shown.find(challengerOf);
  const challenger = next && challengerOf(next)!;
  return (
    <>
      {all.length > 0 && (
        <Search
          text={typed}
          change={type}
          placeholder={trans.__('Search models')}
          label={trans.__('Search models')}
        />
      )}
      {models.error && !models.data && (
        <QueryFailure error={models.error} retry={models.reload} trans={trans} />
      )}
      {models.loading && <Loading label={trans.__('Reading the models')} />}
      {models.data && all.length === 0 && (
        <Empty
          text={trans.__(
            'A registered model has versions, a champion and a way back. Register the model of a run to begin.'
          )}
          action={{
            label: trans.__('Register a model…'),
            run: () => void commands.execute(COMMANDS.register)
          }}
        />
      )}
      {all.length > 0 && shown.length === 0 && (
        <Empty
          text={trans.__('No model fits.')}
          action={{ label: trans.__('Clear the search'), run: () => type('') }}
        />
      )}
      <List
        items={shown}
        idOf={({ name }) => name}
        rowHeight={46}
        label={trans.__('Models')}
        open={({ name }) => lab.openPage('model', name, name)}
        row={model => (
          <Entry
            mark={model.champion ? 'good' : 'quiet'}
            state={championWords(model, trans)}
            name={model.name}
            value={shownValue(model.champion)}
            detail={`${championWords(model, trans)} · ${challengerWords(model, trans)}`}
            trans={trans}
          />
        )}
      />
      {all.length > 0 && (
        <div className="sl-actions">
          {next && challenger && (
            <Button
              primary
              label={trans.__('Promote %1 %2…', next.name, versionName(challenger.version))}
              onClick={() =>
                void commands.execute(COMMANDS.promote, {
                  model: next.name,
                  version: challenger.version
                })
              }
            />
          )}
          <Button
            label={trans.__('Register…')}
            onClick={() => void commands.execute(COMMANDS.register)}
          />
        </div>
      )}
    </>
  );
}
