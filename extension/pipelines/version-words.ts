// Which versions there are to look at, and whether one is what somebody looks for: pure.
import type { VersionSummary } from '../../server/contract/pipelines.ts';

/** The line of versions that needs no name: that of a notebook which is on no branch. */
export const MAIN = 'main';

/** Which notebook's versions; `branch` where it is not the main line. */
export interface VersionLine {
  path: string;
  pipeline?: string;
  branch?: string;
}

export const lineOf = (path: string, pipeline?: string, branch?: string): VersionLine => ({
  path,
  ...(pipeline ? { pipeline } : {}),
  ...(branch && branch !== MAIN ? { branch } : {})
});

/** Each word stands in its number, its tags, its message or its author. */
export function fits(version: VersionSummary, text: string): boolean {
  const { semantic, tags, message, author } = version;
  const said = [
    version.version,
    semantic.version,
    semantic.bump,
    ...tags,
    message,
    author,
    version.commit.slice(0, 10)
  ]
    .join('\n')
    .toLowerCase();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every(word => said.includes(word));
}

/** The version meant by a number, a semantic version or a tag. */
export const findVersion = (
  items: readonly VersionSummary[],
  name: string | undefined
): VersionSummary | undefined =>
  items.find(
    ({ version, semantic, tags }) =>
      version === name || semantic.version === name || (name !== undefined && tags.includes(name))
  );

const NEAREST = 40;

/** Those that a version is likely to be compared with: the ones around it, and all that have a name. */
export function nearVersions(
  items: readonly VersionSummary[],
  shown: VersionSummary
): { named: VersionSummary[]; near: VersionSummary[] } {
  const at = items.indexOf(shown);
  const from = Math.max(0, at - NEAREST);
  return {
    named: items.filter(item => item !== shown && item.tags.length > 0),
    near: items.slice(from, at + NEAREST).filter(item => item !== shown)
  };
}
