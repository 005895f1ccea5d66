// The content of a file, looked at safely: pictures as pictures, HTML in a frame without an origin, a network or our page's rights.
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { formatBytes } from './numbers.ts';

export interface Previewed {
  path: string;
  bytes: number;
  kind: 'image' | 'text' | 'table' | 'html' | 'none';
  mime?: string | undefined;
  content?: string | undefined;
  table?: { columns: string[]; rows: string[][] } | undefined;
  cut: boolean;
}

/** Scripts of a report may draw; they reach no network, no cookie and nothing of this page. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data:";

export const sealedHtml = (html: string): string =>
  `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">${html}`;

export function Preview({
  file,
  trans
}: {
  file: Previewed;
  trans: TranslationBundle;
}): React.JSX.Element {
  const name = file.path.split('/').pop()!;
  const rest = file.cut && (
    <p className="sl-muted sl-small">{trans.__('Only the beginning is shown.')}</p>
  );
  if (file.kind === 'image' && file.content !== undefined)
    return (
      <img className="sl-picture" alt={name} src={`data:${file.mime};base64,${file.content}`} />
    );
  if (file.kind === 'html' && file.content !== undefined)
    return (
      <>
        <iframe
          className="sl-frame"
          title={name}
          sandbox="allow-scripts"
          referrerPolicy="no-referrer"
          srcDoc={sealedHtml(file.content)}
        />
        {rest}
      </>
    );
  if (file.kind === 'table' && file.table)
    return (
      <>
        <div className="sl-preview" tabIndex={0} role="group" aria-label={name}>
          <table className="sl-table">
            <thead>
              <tr>
                {file.table.columns.map((column, index) =>
                  column === '' ? (
                    <td key={index} />
                  ) : (
                    <th scope="col" key={index}>
                      {column}
                    </th>
                  )
                )}
              </tr>
            </thead>
            <tbody>
              {file.table.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, place) => (
                    <td key={place}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rest}
      </>
    );
  if (file.kind === 'text' && file.content !== undefined)
    return (
      <>
        <pre className="sl-preview sl-code" tabIndex={0} role="group" aria-label={name}>
          {file.content}
        </pre>
        {rest}
      </>
    );
  return (
    <p className="sl-muted">
      {trans.__('%1, %2: nothing to look at.', name, formatBytes(file.bytes))}
    </p>
  );
}
