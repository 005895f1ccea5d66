// Semantic versions in words, and what somebody decides of them.
import { InvalidArgumentError } from 'commander';
import type { VersionDetail } from '../../contract/pipelines.ts';
import { OverrideBump, type SemanticVersion } from '../../contract/semantic-version.ts';
import { print, printTable } from '../output.ts';

/** Of the pipeline itself, and of its parts by name. */
export interface Decided {
  bump?: OverrideBump;
  bumps?: Record<string, OverrideBump>;
}

/** `major`, or `train=major`; may be given several times. */
export function readBump(text: string, before: Decided | undefined): Decided {
  const at = text.lastIndexOf('=');
  const { data: part } = OverrideBump.safeParse(text.slice(at + 1));
  if (!part || at === 0)
    throw new InvalidArgumentError(`Give ${OverrideBump.options.join(', ')}, or NAME=major.`);
  if (at < 0) return { ...before, bump: part };
  return { ...before, bumps: { ...before?.bumps, [text.slice(0, at)]: part } };
}

/** What it is to the one before it, in a word. */
export function verdictOf({ bump, ruled }: SemanticVersion): string {
  return ruled ? `${bump} by hand` : bump;
}

/** What the rule said, and what somebody decided instead. */
export function reasonOf({ bump, reason, ruled }: SemanticVersion): string {
  if (!ruled && (bump === 'first' || bump === 'none')) return reason;
  return ruled ? `${bump} (by hand; the rule said ${ruled}), ${reason}` : `${bump}, ${reason}`;
}

/** A version with everything in it that has a semantic version of its own. */
export function printParts(detail: VersionDetail): void {
  const { version, semantic, message, stepVersions, outputVersions, datasets } = detail;
  print(`${version} (${semantic.version}): ${message}`);
  const rows = [
    ['pipeline', detail.pipeline.name, semantic.version, reasonOf(semantic)],
    ...Object.entries(stepVersions).map(([name, part]) => partRow('step', name, part)),
    ...Object.entries(outputVersions).map(([name, part]) => partRow('output', name, part)),
    ...Object.entries(datasets).map(([path, part]) =>
      partRow(part.kind === 'raw' ? 'raw data' : 'processed data', path, part)
    )
  ];
  printTable(['what', 'name', 'semantic', 'why'], rows);
}

const partRow = (what: string, name: string, { semantic }: { semantic: SemanticVersion }) => [
  what,
  name,
  semantic.version,
  reasonOf(semantic)
];
