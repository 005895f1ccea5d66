// The ladder: what is reached with what shows it, and the one thing to do next.
import React from 'react';
import type { LevelReport, Rung } from '../../server/contract/levels.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getLevels } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { Button, Link, Loading } from '../ui/states.tsx';
import { commandFor } from './next-command.ts';

export function LevelPanel({ lab }: { lab: Lab }): React.JSX.Element {
  const { client, trans } = lab;
  const report = useQuery(
    client,
    'levels',
    () => client.call(getLevels, {}),
    event => event.type !== 'metrics-logged' && event.type !== 'cell-changed'
  );
  if (report.error && !report.data)
    return <QueryFailure error={report.error} retry={report.reload} trans={trans} />;
  if (!report.data) return <Loading rows={8} label={trans.__('Reading the ladder')} />;
  const { level, rungs } = report.data;
  const reached = rungs.filter(rung => rung.reached).length;
  return (
    <>
      <div className="sl-ladder-head">
        <h3>{levelTitle(level, lab)}</h3>
        <p className="sl-muted">{trans.__('%1 of %2 rungs reached', reached, rungs.length)}</p>
      </div>
      <Next report={report.data} lab={lab} />
      {(['0', '1', '2'] as const).map(each => {
        const of = rungs.filter(rung => rung.level === each);
        return of.length === 0 ? null : (
          <section key={each} aria-label={trans.__('Level %1', each)}>
            <h4 className="sl-ladder-level">{trans.__('Level %1', each)}</h4>
            <ul className="sl-ladder">
              {of.map(rung => (
                <RungRow key={rung.id} rung={rung} lab={lab} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

/** What whoever reads this in JupyterLab has done already. */
const START = 'npm start';

function levelTitle(level: number, { trans }: Lab): string {
  if (level < 0) return trans.__('Not on the ladder yet');
  if (level === 0) return trans.__('Level 0: work is recorded and can be repeated');
  if (level === 1) return trans.__('Level 1: the pipeline runs by itself');
  return trans.__('Level 2: the pipeline is built and checked by itself');
}

function RungRow({ rung, lab }: { rung: Rung; lab: Lab }): React.JSX.Element {
  const { trans } = lab;
  const { evidence } = rung;
  return (
    <li>
      <span
        className={rung.reached ? 'sl-good' : 'sl-muted'}
        role="img"
        aria-label={rung.reached ? trans.__('reached') : trans.__('not reached')}
      >
        {rung.reached ? '✓' : '○'}
      </span>
      <span className={rung.reached ? undefined : 'sl-muted'}>{rung.title}</span>
      {evidence &&
        (evidence.link ? (
          <Link label={evidence.text} onClick={() => openEvidence(evidence.link!, lab)} />
        ) : (
          <span className="sl-muted">{evidence.text}</span>
        ))}
    </li>
  );
}

type EvidenceLink = NonNullable<NonNullable<Rung['evidence']>['link']>;

/** What a rung points at, where it is shown best. */
function openEvidence({ kind, id }: EvidenceLink, lab: Lab): void {
  const { commands, trans } = lab;
  const name = id.split('/').pop()!;
  switch (kind) {
    case 'runs':
      return void commands.execute(COMMANDS.openRuns);
    case 'run':
      return lab.openPage('run', id, trans.__('Run'));
    case 'versions':
      return lab.openPage('versions', id, trans.__('Versions of %1', name));
    case 'model':
      return lab.openPage('model', id, name);
    case 'endpoint':
      return lab.openPage('endpoint', id, name);
    case 'pipeline-run':
    case 'export':
      return void commands.execute(COMMANDS.show, { tab: 'notebook' });
  }
}

function Next({
  report: { next },
  lab: { commands, trans }
}: {
  report: LevelReport;
  lab: Lab;
}): React.JSX.Element {
  if (!next) return <></>;
  const command = commandFor(next.command);
  return (
    <section className="sl-next" aria-label={trans.__('Next')}>
      <p className="sl-muted">{trans.__('Next')}</p>
      <h3>{next.title}</h3>
      <p>{next.text}</p>
      {command && (
        <Button
          primary
          label={commands.label(command.id)}
          title={next.command}
          onClick={() => void commands.execute(command.id, command.args)}
        />
      )}
      {!command && next.command !== START && <pre className="sl-source">{next.command}</pre>}
    </section>
  );
}
