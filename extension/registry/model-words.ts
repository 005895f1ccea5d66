// Which version challenges the champion, and what a list says of a model: pure.
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ModelSummary, ModelVersion } from '../../server/contract/registry.ts';
import { formatNumber, NOTHING } from '../ui/numbers.ts';

/** The newest version, unless it is the champion. */
export function challengerOf({ champion, latest }: ModelSummary): ModelVersion | undefined {
  return latest && latest.version !== champion?.version ? latest : undefined;
}

export const versionName = (version: string): string => `v${version}`;

/** The first metric of a version: the one that a list shows. */
export function mainMetric(
  version: ModelVersion | undefined
): { key: string; text: string } | undefined {
  const [key, value] = Object.entries(version?.metrics ?? {})[0] ?? [];
  return key === undefined ? undefined : { key, text: formatNumber(value) };
}

export function championWords({ champion }: ModelSummary, trans: TranslationBundle): string {
  if (!champion) return trans.__('no champion');
  const version = versionName(champion.version);
  return champion.semantic
    ? trans.__('champion %1 (%2)', version, champion.semantic.version)
    : trans.__('champion %1', version);
}

/** The second line of a row. */
export function challengerWords(model: ModelSummary, trans: TranslationBundle): string {
  const challenger = challengerOf(model);
  if (!challenger)
    return trans._n('%1 version, no challenger', '%1 versions, no challenger', model.versions);
  const version = versionName(challenger.version);
  const metric = mainMetric(challenger);
  const measured = metric
    ? trans.__('challenger %1: %2 %3', version, metric.key, metric.text)
    : trans.__('challenger %1', version);
  return challenger.runName ? `${measured} · ${challenger.runName}` : measured;
}

export const shownValue = (version: ModelVersion | undefined): string =>
  mainMetric(version)?.text ?? NOTHING;
