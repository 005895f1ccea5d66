// A semantic version with the rule's verdict, the same wherever something has versions: pipelines, steps, models.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { SemanticVersion } from '../../server/contract/semantic-version.ts';

/** "minor: Its code changed", with what the rule said where somebody decided otherwise. */
export function verdictText(
  { bump, reason, ruled }: SemanticVersion,
  trans: TranslationBundle
): string {
  if (bump === 'first') return trans.__('the first version');
  if (ruled === undefined) return `${bump}: ${reason}`;
  return trans.__('%1, decided by hand. The rule says %2: %3', bump, ruled, reason);
}

interface SemanticProps {
  semantic: SemanticVersion;
  trans: TranslationBundle;
}

/** "1.2.0 minor", with the reason on hover; a star where somebody decided otherwise than the rule. */
export function Semantic({ semantic, trans }: SemanticProps): React.JSX.Element {
  const { version, bump, ruled } = semantic;
  const word = bump === 'first' || bump === 'none' ? '' : bump;
  return (
    <span className="sl-semantic" title={verdictText(semantic, trans)}>
      {version}{' '}
      <span className={bump === 'major' ? 'sl-changed' : 'sl-muted'}>
        {word}
        {ruled !== undefined && ' *'}
      </span>
    </span>
  );
}
