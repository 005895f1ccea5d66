// Which version of its notebook made each run of a list: asked once a notebook, not once a run.
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { listRunVersions as operation } from '../../server/contract/pipelines-runs.ts';
import { listRunVersions } from '../client/routes.ts';
import { concernsRuns, useEvents } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import { COMMANDS, type Lab } from '../tokens.ts';
import { useLast } from '../ui/use-last.ts';

export type RunVersionName = ResponseOf<typeof operation>['items'][number];

/** In a list of many notebooks, those of the first few are known. */
const NOTEBOOKS = 12;
/** While runs go on, their versions are no news. */
const PACE = 2000;

/** By run; runs that executed what no version has are not among them. */
export function useRunVersions(
  { client }: Lab,
  runs: readonly { notebook?: string | undefined }[]
): ReadonlyMap<string, RunVersionName> {
  const notebooks = [...new Set(runs.flatMap(({ notebook }) => notebook ?? []))].slice(
    0,
    NOTEBOOKS
  );
  const found = useQuery(
    client,
    notebooks.join('\n'),
    async () => {
      const lists = await Promise.all(
        notebooks.map(path => client.call(listRunVersions, { path }))
      );
      return new Map(lists.flatMap(({ items }) => items).map(item => [item.runId, item]));
    },
    event => event.type === 'version-captured'
  );
  useEvents(client, PACE, concernsRuns, found.reload);
  return useLast(found.data) ?? NONE;
}

const NONE: ReadonlyMap<string, RunVersionName> = new Map();

/** The page of versions, at the one that made the run. */
export function showVersion(
  { commands }: Lab,
  path: string,
  { version, branch }: Pick<RunVersionName, 'version' | 'branch'>,
  pipeline?: string
): void {
  const which = { path, ...(pipeline ? { pipeline } : {}), ...(branch ? { branch } : {}) };
  void commands.execute(COMMANDS.versions, { ...which, version });
}
