// The files of a run as a tree; the chosen one beside it.
import React, { useState } from 'react';
import { QueryFailure } from '../client/query-failure.tsx';
import { previewArtifact } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatBytes } from '../ui/numbers.ts';
import { Preview } from '../ui/preview.tsx';
import { Loading } from '../ui/states.tsx';

interface RunArtifactsProps {
  lab: Lab;
  runId: string;
  artifacts: readonly { path: string; bytes: number }[];
}

const FIRST = /\.(png|jpe?g|svg|gif|webp)$/i;

export function RunArtifacts({ lab, runId, artifacts }: RunArtifactsProps): React.JSX.Element {
  const { trans } = lab;
  const [chosen, choose] = useState<string>();
  const shown =
    artifacts.find(({ path }) => path === chosen) ?? artifacts.find(({ path }) => FIRST.test(path));
  const folders = inFolders(artifacts);
  return (
    <section aria-label={trans.__('Artifacts')}>
      <h3>{trans.__('Artifacts')}</h3>
      {artifacts.length === 0 ? (
        <p className="sl-muted">{trans.__('No artifacts logged.')}</p>
      ) : (
        <div className="sl-artifacts">
          <div>
            {[...folders].map(([folder, files]) => (
              <details key={folder} open={files.length < 20}>
                <summary className={folder === '' ? 'sl-unseen' : undefined}>
                  {folder === '' ? trans.__('Files') : `${folder}/`}
                </summary>
                <ul>
                  {files.map(({ path, bytes }) => (
                    <li key={path}>
                      <button
                        type="button"
                        className="sl-link sl-clip"
                        aria-pressed={path === shown?.path}
                        title={path}
                        onClick={() => choose(path)}
                      >
                        {path.split('/').pop()}
                      </button>
                      <span className="sl-muted sl-number">{formatBytes(bytes)}</span>
                    </li>
                  ))}
                </ul>
              </details>
            ))}
          </div>
          <div>
            {shown ? (
              <>
                <p className="sl-muted sl-clip">{shown.path}</p>
                <ArtifactView lab={lab} runId={runId} path={shown.path} />
              </>
            ) : (
              <p className="sl-muted">{trans.__('Choose a file to look at it.')}</p>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

/** Browsers of two years ago have no `Map.groupBy`. */
function inFolders<File extends { path: string }>(files: readonly File[]): Map<string, File[]> {
  const folders = new Map<string, File[]>();
  for (const file of files) {
    const folder = file.path.split('/').slice(0, -1).join('/');
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

export function ArtifactView({
  lab,
  runId,
  path
}: {
  lab: Lab;
  runId: string;
  path: string;
}): React.JSX.Element {
  const { client, trans } = lab;
  const file = useQuery(
    client,
    `${runId} ${path}`,
    () => client.call(previewArtifact, { runId, path }),
    () => false
  );
  if (file.error && !file.data)
    return <QueryFailure error={file.error} retry={file.reload} trans={trans} />;
  if (!file.data) return <Loading rows={3} label={trans.__('Reading the file')} />;
  return <Preview file={file.data} trans={trans} />;
}
