// Under a cell's code: what it takes and gives, why, what nobody gives, what is not certain, and how to get what it needs.
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { CellInput, CellStanding } from '../../server/contract/cells.ts';
import { standingWord } from '../client/standing-words.ts';
import { Link } from '../ui/states.tsx';
import { sinceVersion } from './cell-marks.ts';
import { Ambiguities } from './cell-ambiguity.tsx';

export interface FlowActions {
  show(cell: number, line?: number): void;
  runNeeded(): void;
  /** Undefined takes the choice back. */
  choose(name: string, choice: string | undefined): void;
}

export interface Flow {
  standing: CellStanding;
  /** The last one captured. */
  version: string | undefined;
  /** Everything, as for the active cell; else what waits for an answer. */
  whole: boolean;
}

interface CellFlowProps {
  flow: Flow;
  actions: FlowActions;
  trans: TranslationBundle;
}

export function CellFlow({ flow, actions, trans }: CellFlowProps): React.JSX.Element {
  const { standing, version, whole } = flow;
  const { state, reason, missing, ambiguities } = standing;
  const shown = whole ? ambiguities : ambiguities.filter(({ chosen }) => chosen === undefined);
  return (
    // While the focus is here, keys are for the buttons, not for the notebook's commands; a click leaves it where it was.
    <div
      className="sl-flow-rows"
      data-lm-suppress-shortcuts="true"
      onMouseDown={event => (event.target as Element).closest('button') && event.preventDefault()}
    >
      {whole && <InsAndOuts standing={standing} actions={actions} trans={trans} />}
      {whole && reason && state !== 'edited' && (
        <p className={`sl-mark-${state}`}>
          <b>{standingWord(state, sinceVersion(reason, version), trans)}</b> {reason}
        </p>
      )}
      {whole &&
        missing.map(({ name, line, message, remedy }) => (
          <p key={name} className="sl-bad">
            <Link
              label={trans.__('line %1', line)}
              onClick={() => actions.show(standing.index, line)}
            />{' '}
            {message} <span className="sl-muted">{remedy}</span>
          </p>
        ))}
      <Ambiguities ambiguities={shown} actions={actions} trans={trans} />
    </div>
  );
}

function InsAndOuts({
  standing: { inputs, outputs, missing },
  actions,
  trans
}: Omit<CellFlowProps, 'flow'> & { standing: CellStanding }): React.JSX.Element {
  const [asked, ask] = useState<string>();
  const namesOf = (replicated: boolean) => [
    ...new Set(inputs.filter(input => input.replicated === replicated).map(({ name }) => name))
  ];
  const name = (one: string) => (
    <Name
      key={one}
      name={one}
      open={one === asked}
      toggle={() => ask(asked === one ? undefined : one)}
    />
  );
  const taken = namesOf(false);
  const used = namesOf(true);
  const reasons = inputs.filter(input => input.name === asked);
  return (
    <>
      <div className="sl-flow">
        <span>
          {trans.__('in')} {taken.length + missing.length === 0 && '– '}
          {taken.map(name)}
          {missing.map(({ name: one }) => (
            <span key={one} className="sl-bad">
              {one}?{' '}
            </span>
          ))}
          → {trans.__('out')} {outputs.join(', ') || '–'}
        </span>
        {used.length > 0 && (
          <span>
            {trans.__('uses')} {used.map(name)}
          </span>
        )}
        <Link
          label={trans.__('Run what it needs')}
          title={trans.__(
            'Run the cells above that are stale or have not run in this kernel, then this one'
          )}
          onClick={actions.runNeeded}
        />
      </div>
      {reasons.length > 0 && (
        <ul className="sl-flow-why" aria-live="polite">
          {reasons.map(input => (
            <Reason
              key={`${input.kind} ${input.from}`}
              input={input}
              show={actions.show}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function Name({
  name,
  open,
  toggle
}: {
  name: string;
  open: boolean;
  toggle(): void;
}): React.JSX.Element {
  return (
    <>
      <button type="button" className="sl-link" aria-expanded={open} onClick={toggle}>
        {name}
      </button>{' '}
    </>
  );
}

function Reason({
  input: { name, certainty, from, fromLine, text },
  show,
  trans
}: {
  input: CellInput;
  show: FlowActions['show'];
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <li>
      <Link
        label={
          fromLine === undefined
            ? trans.__('cell %1', from + 1)
            : trans.__('cell %1, line %2', from + 1, fromLine)
        }
        onClick={() => show(from, fromLine)}
      />{' '}
      {text ?? trans.__('Cell %1 gives %2.', from + 1, name)}
      {certainty === 'may' && (
        <span className="sl-muted"> {trans.__('Perhaps: it depends on the run.')}</span>
      )}
    </li>
  );
}
