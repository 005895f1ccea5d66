import { expect, test } from 'vitest';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import { findVersion, fits, lineOf, nearVersions } from './version-words.ts';

const version = (number: number, part: Partial<VersionSummary> = {}): VersionSummary => ({
  version: `v${number}`,
  contentId: `content ${number}`,
  commit: `${number}`.padStart(40, '0'),
  message: `train changed, ${number}`,
  time: number,
  steps: 3,
  author: 'Ada Lovelace',
  semantic: { version: `1.${number}.0`, bump: 'minor', reason: 'Its code changed' },
  tags: [],
  ...part
});

test('every word has to be found somewhere in a version', () => {
  const submitted = version(7, { tags: ['submitted'] });
  for (const text of ['v7', '1.7.0', 'SUBMITTED', 'ada train', 'minor', ''])
    expect(fits(submitted, text), text).toBe(true);
  expect(fits(submitted, 'ada evaluate')).toBe(false);
});

test('a version is found by its number, its semantic version or a tag', () => {
  const items = [version(2, { tags: ['good'] }), version(1)];
  for (const name of ['v2', '1.2.0', 'good']) expect(findVersion(items, name)?.version).toBe('v2');
  expect(findVersion(items, 'v9')).toBeUndefined();
  expect(findVersion(items, undefined)).toBeUndefined();
});

test('of ten thousand versions those around one are offered, and all with a name', () => {
  const items = Array.from({ length: 10_000 }, (_, at) =>
    version(10_000 - at, at === 9000 ? { tags: ['good'] } : {})
  );
  const shown = items[5000]!;
  const { named, near } = nearVersions(items, shown);
  expect(named.map(({ version }) => version)).toEqual(['v1000']);
  expect(near).toHaveLength(79);
  expect(near).not.toContain(shown);
  expect(near[40]).toBe(items[5001]);
});

test('the main line needs no name', () => {
  expect(lineOf('/w/a.ipynb', undefined, 'main')).toEqual({ path: '/w/a.ipynb' });
  expect(lineOf('/w/a.ipynb', 'p', 'try')).toEqual({
    path: '/w/a.ipynb',
    pipeline: 'p',
    branch: 'try'
  });
});
