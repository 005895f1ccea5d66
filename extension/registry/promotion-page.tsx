// Before the click: what changes when a version takes an alias, with numbers.
import React from 'react';
import type { PromotionPreview } from '../../server/contract/registry.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { previewPromotion } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { Diff } from '../ui/diff.tsx';
import { NOTHING } from '../ui/numbers.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { versionName } from './model-words.ts';
import { PromotionMetrics } from './promotion-metrics.tsx';

export interface PromotionActions {
  promote(model: string, version: string): Promise<void>;
  close(model: string): void;
}

export function createPromotionPage({ promote, close }: PromotionActions) {
  /** `id` is `model@version`. */
  return function PromotionPage({ lab, id }: { lab: Lab; id: string }): React.JSX.Element {
    const { client, trans } = lab;
    const at = id.lastIndexOf('@');
    const [model, version] = [id.slice(0, at), id.slice(at + 1)];
    const preview = useQuery(
      client,
      id,
      () => client.call(previewPromotion, { model, version }),
      event =>
        (event.type === 'model-changed' || event.type === 'alias-moved') && event.model === model
    );
    if (preview.error && !preview.data)
      return <QueryFailure error={preview.error} retry={preview.reload} trans={trans} />;
    if (!preview.data) return <Loading rows={8} label={trans.__('Comparing with the champion')} />;
    const { candidate, current, alias } = preview.data;
    const isChampion = candidate.aliases.includes(alias);
    return (
      <article aria-label={trans.__('Promote %1', id)}>
        <div className="sl-page-head">
          <h2>
            {isChampion
              ? trans.__('%1 %2 is %3', model, versionName(version), alias)
              : trans.__('Promote %1 %2 to %3', model, versionName(version), alias)}
          </h2>
          <span className="sl-fill" />
          {!isChampion && current && (
            <Button
              label={trans.__('Keep %1', versionName(current.version))}
              onClick={() => close(model)}
            />
          )}
          {isChampion && (
            <Button
              label={trans.__('Undo')}
              onClick={() => void lab.commands.execute(COMMANDS.undoPromotion, { model })}
            />
          )}
          {!isChampion && (
            <Button
              primary
              label={trans.__('Promote %1', versionName(version))}
              onClick={() => void lab.act(() => promote(model, version))}
            />
          )}
        </div>
        <Origin preview={preview.data} lab={lab} />
        <div className="sl-columns sl-even">
          <div>
            <PromotionMetrics preview={preview.data} trans={trans} />
            <Params preview={preview.data} lab={lab} />
          </div>
          <div>
            {!isChampion && <Then preview={preview.data} lab={lab} />}
            <Cells preview={preview.data} lab={lab} />
          </div>
        </div>
      </article>
    );
  };
}

interface PartProps {
  preview: PromotionPreview;
  lab: Lab;
}

function Origin({ preview: { candidate, current }, lab }: PartProps): React.JSX.Element {
  const { trans } = lab;
  const { runId, runName, notebook } = candidate;
  return (
    <p className="sl-muted">
      {runId !== undefined && (
        <>
          {trans.__('from run')}{' '}
          <Link
            label={runName ?? runId}
            onClick={() => lab.openPage('run', runId, runName ?? runId)}
          />
          {' · '}
        </>
      )}
      {notebook && `${notebook.split('/').pop()} · `}
      {trans.__('registered')} <Ago time={candidate.createdTime} trans={trans} sentence />
      {' · '}
      {!current && trans.__('the first champion of this model')}
      {current?.version === candidate.version && trans.__('champion now')}
      {current &&
        current.version !== candidate.version &&
        trans.__('takes the place of %1', versionName(current.version))}
    </p>
  );
}

function Params({ preview: { params }, lab: { trans } }: PartProps): React.JSX.Element {
  const changed = params.filter(({ current, candidate }) => current !== candidate);
  return (
    <>
      <h3>{trans.__('Params that changed')}</h3>
      {changed.length === 0 ? (
        <p className="sl-muted">{trans.__('None.')}</p>
      ) : (
        <table className="sl-table">
          <tbody>
            {changed.map(({ key, current, candidate }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>
                  {current ?? NOTHING} → <b>{candidate ?? NOTHING}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Cells({ preview: { cells, current }, lab: { trans } }: PartProps): React.JSX.Element {
  return (
    <>
      <h3>{trans.__('Cells that changed')}</h3>
      {cells.length === 0 && (
        <p className="sl-muted">
          {current
            ? trans.__('None: the code is the same.')
            : trans.__('There is no champion to compare with.')}
        </p>
      )}
      {cells.map(({ cell, lines }) => (
        <div key={cell} className="sl-block">
          <h4>{cell}</h4>
          <Diff lines={lines} />
        </div>
      ))}
    </>
  );
}

function Then({ preview: { endpoints, candidate, alias }, lab }: PartProps): React.JSX.Element {
  const { trans } = lab;
  return (
    <>
      <h3>{trans.__('Then')}</h3>
      {endpoints.length === 0 ? (
        <p className="sl-muted">
          {trans.__('No endpoint follows %1: nothing that is served changes.', alias)}
        </p>
      ) : (
        endpoints.map(name => (
          <p key={name}>
            <Link label={name} onClick={() => lab.openPage('endpoint', name, name)} />{' '}
            {trans.__(
              'follows %1 and switches to %2 without a failed request.',
              alias,
              versionName(candidate.version)
            )}
          </p>
        ))
      )}
      <p className="sl-muted">{trans.__('You can undo it.')}</p>
    </>
  );
}
