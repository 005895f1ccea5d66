// What is known of registered versions from the runs that made them.
import type { ModelVersion } from '../contract/registry.ts';
import type { CellExecution, RunSummary } from '../contract/tracking.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { VersionRecord } from './store.ts';

/** Versions with the name, notebook, metrics and params of the run that made each. */
export async function withRuns(
  tracking: Pick<TrackingService, 'listRuns'>,
  versions: readonly VersionRecord[]
): Promise<ModelVersion[]> {
  const ids = [...new Set(versions.flatMap(version => version.run_id ?? []))];
  const runs = new Map<string, RunSummary>();
  for (let start = 0; start < ids.length; start += 100) {
    const list = ids.slice(start, start + 100).map(id => `'${id}'`);
    const { items } = await tracking.listRuns({
      limit: 100,
      filter: `attributes.run_id IN (${list.join(', ')})`
    });
    for (const run of items) runs.set(run.runId, run);
  }
  return versions.map(version => {
    const run = runs.get(version.run_id ?? '');
    return {
      model: version.name,
      version: String(version.version),
      aliases: version.aliases,
      createdTime: version.created_time,
      runId: version.run_id ?? undefined,
      runName: run?.name,
      modelId: version.logged_model_id ?? undefined,
      metrics: Object.fromEntries((run?.metrics ?? []).map(({ key, last }) => [key, last])),
      params: run?.params ?? {},
      notebook: run?.notebook
    };
  });
}

/** What the run of a version executed. */
export async function cellsOf(
  tracking: Pick<TrackingService, 'getRun'>,
  version: VersionRecord | undefined
): Promise<CellExecution[]> {
  if (!version?.run_id) return [];
  try {
    return (await tracking.getRun({ runId: version.run_id })).cells;
  } catch {
    // The run was deleted since; what is left to compare is compared.
    return [];
  }
}
