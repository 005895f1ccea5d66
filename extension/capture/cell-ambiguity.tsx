// Names that more than one cell may give: both lines, and a choice that is kept with the notebook.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Ambiguity, WriterChoice } from '../../server/contract/analysis.ts';
import { Button, Link } from '../ui/states.tsx';
import type { FlowActions } from './cell-flow.tsx';

interface AmbiguitiesProps {
  ambiguities: readonly Ambiguity[];
  actions: FlowActions;
  trans: TranslationBundle;
}

export function Ambiguities({ ambiguities, actions, trans }: AmbiguitiesProps): React.JSX.Element {
  return (
    <>
      {ambiguities.map(ambiguity =>
        ambiguity.chosen === undefined ? (
          <Open key={ambiguity.name} ambiguity={ambiguity} actions={actions} trans={trans} />
        ) : (
          <Chosen key={ambiguity.name} ambiguity={ambiguity} actions={actions} trans={trans} />
        )
      )}
    </>
  );
}

interface AmbiguityProps extends Omit<AmbiguitiesProps, 'ambiguities'> {
  ambiguity: Ambiguity;
}

function Open({ ambiguity, actions, trans }: AmbiguityProps): React.JSX.Element {
  const { name, sort, choices } = ambiguity;
  const why =
    sort === 'conditional'
      ? trans.__('%1 comes from a line that may not run:', name)
      : trans.__('%1 is given by cells that know nothing of each other:', name);
  return (
    <div className="sl-ambiguity" role="group" aria-label={why}>
      <p>{why}</p>
      <ul>
        {choices.map(({ choice, writer }) => (
          <li key={choice}>
            <Button
              label={writer ? useWord(writer, choices, trans) : trans.__('Leave it to each run')}
              onClick={() => actions.choose(name, choice)}
            />
            {writer && (
              <>
                <Link
                  label={trans.__('line %1', writer.line)}
                  onClick={() => actions.show(writer.cell, writer.line)}
                />
                <code className="sl-clip">{writer.text}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Chosen({
  ambiguity: { name, choices, chosen },
  actions,
  trans
}: AmbiguityProps): React.JSX.Element {
  const writer = choices.find(({ choice }) => choice === chosen)?.writer;
  return (
    <p>
      {writer
        ? trans.__('%1 is taken from cell %2, as chosen.', name, writer.cell + 1)
        : trans.__('Who gives %1 is left to each run, as chosen.', name)}{' '}
      <Link label={trans.__('Choose again')} onClick={() => actions.choose(name, undefined)} />
    </p>
  );
}

/** The cell alone, where that tells the writers apart. */
function useWord(
  { cell, line }: NonNullable<WriterChoice['writer']>,
  choices: readonly WriterChoice[],
  trans: TranslationBundle
): string {
  const isAlone = choices.filter(({ writer }) => writer?.cell === cell).length === 1;
  return isAlone
    ? trans.__('Use cell %1', cell + 1)
    : trans.__('Use cell %1, line %2', cell + 1, line);
}
