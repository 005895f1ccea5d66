import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Finding } from '../../server/contract/analysis.ts';
import { Link } from '../ui/states.tsx';

interface FindingsProps {
  findings: readonly Finding[];
  goTo(cell: number, line: number): void;
  trans: TranslationBundle;
}

/** What stands between these cells and a pipeline: where, what, and what to do. Notes are for pages, not for here. */
export function Findings({ findings, goTo, trans }: FindingsProps): React.JSX.Element {
  const shown = findings.filter(({ severity }) => severity !== 'note');
  if (shown.length === 0) return <></>;
  return (
    <ul className="sl-findings" aria-label={trans.__('What to look at')}>
      {shown.map(({ code, severity, cell, line, message, remedy }) => (
        <li
          key={`${code} ${cell} ${line} ${message}`}
          className={severity === 'error' ? 'sl-bad' : 'sl-changed'}
        >
          <Link
            label={trans.__('cell %1, line %2', cell + 1, line)}
            onClick={() => goTo(cell, line)}
          />{' '}
          {message} <span className="sl-muted">{remedy}</span>
        </li>
      ))}
    </ul>
  );
}
