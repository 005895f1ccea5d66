// Data files as the steps of a notebook read and wrote them: known by content, so that a copy under another path is the same data.
import { stat } from 'node:fs/promises';
import { dirname, extname, relative } from 'node:path';
import type { Notebook } from '../contract/notebook.ts';
import type { DatasetVersion, Step } from '../contract/pipelines.ts';
import { ValueSchema } from '../contract/value-schema.ts';
import type { Clock } from '../events/clock.ts';
import { type DataFacts, readDataFacts } from '../text/data-file.ts';
import type { DatasetContentRow, StepFileRow } from '../database/tables/pipelines.ts';
import type { SeenFile } from '../tracking/service.ts';
import type { PipelineStore } from './store.ts';

export interface StepFiles {
  /** Path -> sha256 of the content. */
  reads: Record<string, string>;
  writes: Record<string, string>;
}

export type LiveFile = Omit<StepFileRow & DatasetContentRow, 'notebook'> & {
  same_as?: string | null;
};

/** Code and what tools leave behind are not data. */
const NO_DATA = /\.(py|pyc|ipynb|ts|js|mjs|so|toml|cfg|ini|lock|log|md|html)$/i;
const DIGEST = /^[0-9a-f]{64}$/;

/** Keeps what the steps of a run that ended well read and wrote. */
export async function noteFiles(
  store: PipelineStore,
  clock: Clock,
  notebook: string,
  results: readonly { step: string; files: StepFiles }[]
): Promise<void> {
  const time = clock();
  const rows = results.flatMap(({ step, files }) =>
    (['reads', 'writes'] as const).flatMap(did =>
      Object.entries(files[did])
        .filter(([path, id]) => DIGEST.test(id) && !NO_DATA.test(path))
        .map(([path, id]) => ({
          notebook,
          step,
          path,
          kind: did === 'reads' ? 'raw' : 'processed',
          content_id: id,
          seen_time: time
        }))
    )
  );
  for (const { path, content_id: id } of rows) {
    if (await store.knowsContent(id)) continue;
    const size = (await stat(path).catch(() => undefined))?.size;
    const { rows, columns } = await readDataFacts(path).catch((): DataFacts => ({}));
    const schema = columns && { type: extname(path).slice(1), columns };
    await store.saveContent({
      content_id: id,
      bytes: size ?? 0,
      row_count: rows ?? null,
      schema: schema ? JSON.stringify(schema) : null
    });
  }
  const steps = results.map(({ step }) => step);
  if (steps.length > 0) await store.saveFiles(notebook, steps, rows);
}

/** The datasets of a notebook, by path from its folder. What one of its steps wrote is processed, whoever reads it. */
export async function datasetsOf(
  store: PipelineStore,
  notebook: string,
  live: readonly LiveFile[]
): Promise<Record<string, Omit<DatasetVersion, 'semantic'>>> {
  const datasets = new Map<string, Omit<DatasetVersion, 'semantic'> & { seen: number }>();
  const files: LiveFile[] = [...(await store.filesOf(notebook)), ...live].filter(
    ({ path }) => !NO_DATA.test(path)
  );
  for (const row of files) {
    const name = datasetName(notebook, row.path);
    const known = datasets.get(name);
    const newest = known && known.seen > row.seen_time ? known : undefined;
    const paths = [...(await store.pathsOf(row.content_id)), row.same_as ?? row.path];
    const other = paths.find(path => path !== row.path);
    datasets.set(name, {
      contentId: row.content_id,
      bytes: row.bytes,
      ...(row.row_count === null ? {} : { rows: row.row_count }),
      ...(row.schema === null ? {} : { schema: ValueSchema.parse(JSON.parse(row.schema)) }),
      ...(other === undefined ? {} : { sameAs: other }),
      seen: row.seen_time,
      ...newest,
      kind: row.kind === 'processed' || known?.kind === 'processed' ? 'processed' : 'raw',
      steps: [...new Set([...(known?.steps ?? []), row.step])].sort()
    });
  }
  return Object.fromEntries(
    [...datasets].sort().map(([name, { seen: _, ...dataset }]) => [name, dataset])
  );
}

/** What cells of a live kernel read and wrote, as their steps did. */
export function liveFiles(
  files: readonly SeenFile[],
  notebook: Notebook,
  steps: readonly Pick<Step, 'name' | 'cells'>[]
): LiveFile[] {
  return files.flatMap(file => {
    const index = notebook.cells.findIndex(({ id }) => id !== undefined && id === file.cell_id);
    const step = steps.find(({ name, cells }) =>
      index < 0 ? name === file.step : cells.includes(index)
    );
    if (!step) return [];
    return [
      {
        step: step.name,
        path: file.path,
        kind: file.written ? 'processed' : 'raw',
        content_id: file.content_id!,
        bytes: file.bytes,
        row_count: file.row_count,
        schema: file.schema,
        seen_time: file.time,
        same_as: file.same_as
      }
    ];
  });
}

/** From the notebook's folder where the file is below it, as others have it who have the folder elsewhere. */
export function datasetName(notebook: string, path: string): string {
  const below = relative(dirname(notebook), path);
  return below.startsWith('..') ? path : below.replaceAll('\\', '/');
}
