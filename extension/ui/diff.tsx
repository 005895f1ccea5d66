import React from 'react';

const KINDS: Record<string, string> = { '+': 'sl-added', '-': 'sl-removed', '@': 'sl-hunk' };

/** Unified-diff lines with their sign: the sign says it, the colour helps. */
export function Diff({ lines }: { lines: readonly string[] }): React.JSX.Element {
  return (
    <pre className="sl-diff">
      {lines.map((line, index) => (
        <span key={index} className={KINDS[line[0] ?? ''] ?? 'sl-same'}>
          {line === '' ? ' ' : line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
