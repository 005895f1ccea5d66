// One model: its versions with what they measured, and every move of an alias with the way back.
import React from 'react';
import type { ModelDetail, ModelVersion } from '../../server/contract/registry.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getModel } from '../client/routes.ts';
import { Semantic, verdictText } from '../client/semantic-version.tsx';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Column, TableHead } from '../ui/table-head.tsx';
import { Ago } from '../ui/time.tsx';
import { versionName } from './model-words.ts';

const METRICS = 4;

export function ModelPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
  const { client, commands, trans } = lab;
  const model = useQuery(
    client,
    id,
    () => client.call(getModel, { model: id }),
    event => (event.type === 'model-changed' || event.type === 'alias-moved') && event.model === id
  );
  if (model.error && !model.data)
    return <QueryFailure error={model.error} retry={model.reload} trans={trans} />;
  if (!model.data) return <Loading rows={6} label={trans.__('Reading the model')} />;
  const { champion } = model.data;
  return (
    <article aria-label={id}>
      <div className="sl-page-head">
        <h2>{id}</h2>
        <span className="sl-muted">
          {champion
            ? trans.__('champion %1', versionName(champion.version))
            : trans.__('no champion yet')}
        </span>
        <span className="sl-fill" />
        {champion && (
          <Button
            primary
            label={trans.__('Deploy champion…')}
            onClick={() => void commands.execute(COMMANDS.deploy, { model: id })}
          />
        )}
      </div>
      <Versions model={model.data} lab={lab} />
      <Moves model={model.data} lab={lab} />
    </article>
  );
}

function Versions({ model, lab }: { model: ModelDetail; lab: Lab }): React.JSX.Element {
  const { trans } = lab;
  const keys = [...new Set(model.all.flatMap(({ metrics }) => Object.keys(metrics)))].slice(
    0,
    METRICS
  );
  return (
    <table className="sl-table">
      <TableHead>
        <Column>{trans.__('Version')}</Column>
        <Column>{trans.__('Semantic version')}</Column>
        <Column>{trans.__('From run')}</Column>
        {keys.map(key => (
          <Column key={key} number>
            {key}
          </Column>
        ))}
        <Column number>{trans.__('Registered')}</Column>
        <th scope="col" className="sl-unseen">
          {trans.__('Actions')}
        </th>
      </TableHead>
      <tbody>
        {model.all.map(version => (
          <Row key={version.version} version={version} keys={keys} lab={lab} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  version,
  keys,
  lab
}: {
  version: ModelVersion;
  keys: readonly string[];
  lab: Lab;
}): React.JSX.Element {
  const { commands, trans } = lab;
  const { model, runId, semantic } = version;
  return (
    <tr>
      <td>
        <b>{versionName(version.version)}</b>{' '}
        {version.aliases.map(alias => (
          <span key={alias} className="sl-flag">
            {alias}
          </span>
        ))}
      </td>
      <td>
        {semantic && (
          <>
            <Semantic semantic={semantic} trans={trans} />{' '}
            {semantic.bump !== 'first' && (
              <Link
                label={trans.__('decide…')}
                title={`${verdictText(semantic, trans)}. ${trans.__('Decide otherwise than the rule')}`}
                onClick={() =>
                  void commands.execute(COMMANDS.bumpModel, { model, version: version.version })
                }
              />
            )}
          </>
        )}
      </td>
      <td>
        {runId !== undefined && (
          <Link
            label={version.runName ?? runId}
            onClick={() => lab.openPage('run', runId, version.runName ?? runId)}
          />
        )}
      </td>
      {keys.map(key => (
        <td key={key} className="sl-number">
          {formatNumber(version.metrics[key])}
        </td>
      ))}
      <td className="sl-number">
        <Ago time={version.createdTime} trans={trans} />
      </td>
      <td className="sl-number">
        {!version.aliases.includes('champion') && (
          <Button
            label={trans.__('Promote…')}
            title={trans.__('Shows what would change first')}
            onClick={() =>
              void commands.execute(COMMANDS.promote, { model, version: version.version })
            }
          />
        )}
      </td>
    </tr>
  );
}

function Moves({ model, lab }: { model: ModelDetail; lab: Lab }): React.JSX.Element {
  const { commands, trans } = lab;
  if (model.moves.length === 0) return <></>;
  const last = model.moves.find(({ undone, alias }) => !undone && alias === 'champion');
  return (
    <section>
      <h3>{trans.__('What happened')}</h3>
      <table className="sl-table">
        <tbody>
          {model.moves.map(move => (
            <tr key={`${move.time} ${move.alias}`}>
              <td>
                <Ago time={move.time} trans={trans} />
              </td>
              <td className={move.undone ? 'sl-muted' : undefined}>
                {move.to === undefined
                  ? trans.__('%1 taken from %2', move.alias, versionName(move.from ?? ''))
                  : move.from === undefined
                    ? trans.__('%2 became %1', move.alias, versionName(move.to))
                    : trans.__(
                        '%2 became %1 in place of %3',
                        move.alias,
                        versionName(move.to),
                        versionName(move.from)
                      )}
                {move.undone && ` · ${trans.__('undone')}`}
              </td>
              <td className="sl-number">
                {move === last && (
                  <Button
                    label={trans.__('Undo')}
                    onClick={() =>
                      void commands.execute(COMMANDS.undoPromotion, { model: model.name })
                    }
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
