// What changes when a version takes an alias: metrics with their direction, params, and the cells that made it.
import type { ModelVersion, PromotionPreview } from '../contract/registry.ts';
import type { CellExecution, MetricValue } from '../contract/tracking.ts';
import { diffLines } from '../text/line-diff.ts';
import { directionOf } from '../text/metric-direction.ts';

/** Kept lines shown around a change. */
const CONTEXT = 2;

type MetricChange = PromotionPreview['metrics'][number];

export function compareMetrics(
  current: ModelVersion | undefined,
  candidate: ModelVersion
): MetricChange[] {
  return unionOfKeys(current?.metrics, candidate.metrics).map(key =>
    compareMetric(key, current?.metrics[key], candidate.metrics[key])
  );
}

function compareMetric(key: string, current?: MetricValue, candidate?: MetricValue): MetricChange {
  const direction = directionOf(key);
  const values = {
    ...(current !== undefined && { current }),
    ...(candidate !== undefined && { candidate })
  };
  if (typeof current !== 'number' || typeof candidate !== 'number') {
    const isSame = current !== undefined && current === candidate;
    return { key, ...values, direction, verdict: isSame ? 'same' : 'unknown' };
  }
  const change = candidate - current;
  if (change === 0) return { key, ...values, change, direction, verdict: 'same' };
  if (direction === 'unknown') return { key, ...values, change, direction, verdict: 'unknown' };
  const isBetter = change > 0 === (direction === 'higher');
  return { key, ...values, change, direction, verdict: isBetter ? 'better' : 'worse' };
}

/** Only those that differ. */
export function compareParams(
  current: ModelVersion | undefined,
  candidate: ModelVersion
): PromotionPreview['params'] {
  return unionOfKeys(current?.params, candidate.params)
    .map(key => ({ key, current: current?.params[key], candidate: candidate.params[key] }))
    .filter(param => param.current !== param.candidate);
}

/** Only those that differ; cells meet by their id, else by their place in the run. */
export function compareCells(
  current: CellExecution[],
  candidate: CellExecution[]
): PromotionPreview['cells'] {
  const [before, after] = [lastOfEachCell(current), lastOfEachCell(candidate)];
  return unionOfKeys(Object.fromEntries(after), Object.fromEntries(before))
    .map(key => ({
      cell: (after.get(key) ?? before.get(key))!.label,
      lines: diffCell(before.get(key)?.source, after.get(key)?.source)
    }))
    .filter(({ lines }) => lines.length > 0);
}

function diffCell(before: string | undefined, after: string | undefined): string[] {
  if (before === undefined) return (after ?? '').split('\n').map(line => `+${line}`);
  if (after === undefined) return before.split('\n').map(line => `-${line}`);
  return diffLines(before, after, CONTEXT);
}

/** A cell may have run several times within a run; the last time is what made the model. */
function lastOfEachCell(
  executions: CellExecution[]
): Map<string, { label: string; source: string }> {
  const cells = new Map<string, { label: string; source: string }>();
  for (const { cellId, step, source } of executions) {
    const key = cellId ?? `place ${cells.size + 1}`;
    const label = step ?? cells.get(key)?.label ?? `Cell ${cells.size + 1}`;
    cells.set(key, { label, source });
  }
  return cells;
}

function unionOfKeys(...records: (Record<string, unknown> | undefined)[]): string[] {
  return [...new Set(records.flatMap(record => Object.keys(record ?? {})))];
}
