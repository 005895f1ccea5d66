// The rule by which semantic versions grow. Major: a consumer can break. Minor: it behaves otherwise, compatibly.
// Patch: only data, formatting or documentation. The verdict always comes with its reason.
import type { Bump, OverrideBump, SemanticVersion } from '../contract/semantic-version.ts';
import type { ValueSchema } from '../contract/value-schema.ts';

export interface Verdict {
  bump: Exclude<Bump, 'first'>;
  reason: string;
}

export const FIRST: SemanticVersion = { version: '1.0.0', bump: 'first', reason: 'First version' };

const RANK: Record<Bump, number> = { first: 0, none: 0, patch: 1, minor: 2, major: 3 };
export const NOTHING: Verdict = { bump: 'none', reason: 'Nothing changed' };

/** The gravest verdict; reasons of the same weight together. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  const top = Math.max(0, ...verdicts.map(({ bump }) => RANK[bump]));
  const chosen = verdicts.filter(({ bump }) => RANK[bump] === top && top > 0);
  if (chosen.length === 0) return NOTHING;
  return { bump: chosen[0]!.bump, reason: [...new Set(chosen.map(one => one.reason))].join('; ') };
}

/** @param override what somebody decided instead; the rule's own verdict stays on record */
export function bumped(
  before: SemanticVersion | undefined,
  verdict: Verdict,
  override?: OverrideBump
): SemanticVersion {
  if (!before) return FIRST;
  const bump = override ?? verdict.bump;
  const [major = 1, minor = 0, patch = 0] = before.version.split('.').map(Number);
  const version = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
    none: before.version
  }[bump];
  const ruled = override && override !== verdict.bump ? { ruled: verdict.bump } : {};
  return { version, bump, reason: verdict.reason, ...ruled };
}

export function namesVerdict(
  what: string,
  before: readonly string[],
  after: readonly string[],
  added: 'major' | 'minor'
): Verdict[] {
  const gone = before.filter(name => !after.includes(name));
  const fresh = after.filter(name => !before.includes(name));
  return [
    ...(gone.length
      ? [{ bump: 'major', reason: `${what} ${gone.join(', ')} is gone` } as const]
      : []),
    ...(fresh.length
      ? [{ bump: added, reason: `${what} ${fresh.join(', ')} is new` } as const]
      : [])
  ];
}

/** What became of a value's schema; nothing is said where one side is not known. */
export function schemaVerdict(
  name: string,
  before: ValueSchema | undefined,
  after: ValueSchema | undefined
): Verdict {
  if (!before || !after) return NOTHING;
  if (before.type !== after.type)
    return { bump: 'major', reason: `${name} is ${after.type}, was ${before.type}` };
  if (!before.columns || !after.columns) return NOTHING;
  const now = new Map(after.columns.map(column => [column.name, column.type]));
  const was = new Map(before.columns.map(column => [column.name, column.type]));
  const gone = [...was.keys()].filter(column => !now.has(column));
  const other = [...was].filter(([column, type]) => now.has(column) && now.get(column) !== type);
  if (gone.length) return { bump: 'major', reason: `${name} lost ${columns(gone)}` };
  if (other.length) {
    const [column, type] = other[0]!;
    const more = other.length > 1 ? ` and ${other.length - 1} more` : '';
    const reason = `${name}: column ${column} is ${now.get(column)}, was ${type}${more}`;
    return { bump: 'major', reason };
  }
  const fresh = [...now.keys()].filter(column => !was.has(column));
  return fresh.length ? { bump: 'minor', reason: `${name} gained ${columns(fresh)}` } : NOTHING;
}

function columns(names: string[]): string {
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.length === 1 ? 'column' : 'columns'} ${shown}${more}`;
}
