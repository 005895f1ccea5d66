// One version with all that it holds; it never changes.
import type { VersionDetail } from '../../server/contract/pipelines.ts';
import { getVersion } from '../client/routes.ts';
import { type Query, useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import type { VersionLine } from './version-words.ts';

export const useVersion = (
  { client }: Lab,
  line: VersionLine,
  version: string
): Query<VersionDetail> =>
  useQuery(
    client,
    `${version} ${line.branch ?? ''}`,
    () => client.call(getVersion, { ...line, version }),
    () => false
  );
