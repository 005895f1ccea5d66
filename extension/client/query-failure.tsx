import React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Failing } from '../ui/states.tsx';
import type { CallError } from './call-error.ts';

interface QueryFailureProps {
  error: CallError;
  retry(): void;
  trans: TranslationBundle;
}

/** Why a panel has nothing to show. That the server is away is said once, above all panels, and not again here. */
export function QueryFailure({ error, retry, trans }: QueryFailureProps): React.JSX.Element {
  if (!error.unreachable) return <Failing problem={error.problem} retry={retry} trans={trans} />;
  return (
    <div className="sl-state sl-muted" role="status">
      {trans.__('What is stored appears here as soon as the Stepladder server answers.')}
    </div>
  );
}
