// Data files as the steps of a notebook read and wrote them: known by content, so that a copy under another path is the same data.
import { stat } from 'node:fs/promises';
import { dirname, extname, relative } from 'node:path';
import type { DatasetVersion } from '../contract/pipelines.ts';
import { ValueSchema } from '../contract/value-schema.ts';
import type { Clock } from '../events/clock.ts';
import { type DataFacts, readDataFacts } from '../text/data-file.ts';
import type { PipelineStore } from './store.ts';

export interface StepFiles {
  /** Path -> sha256 of the content. */
  reads: Record<string, string>;
  writes: Record<string, string>;
}

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
  notebook: string
): Promise<Record<string, Omit<DatasetVersion, 'semantic'>>> {
  const datasets = new Map<string, Omit<DatasetVersion, 'semantic'>>();
  for (const row of await store.filesOf(notebook)) {
    const name = datasetName(notebook, row.path);
    const known = datasets.get(name);
    const other = (await store.pathsOf(row.content_id)).find(path => path !== row.path);
    datasets.set(name, {
      kind: row.kind === 'processed' || known?.kind === 'processed' ? 'processed' : 'raw',
      contentId: row.content_id,
      bytes: row.bytes,
      steps: [...(known?.steps ?? []), row.step].sort(),
      ...(row.row_count === null ? {} : { rows: row.row_count }),
      ...(row.schema === null ? {} : { schema: ValueSchema.parse(JSON.parse(row.schema)) }),
      ...(other === undefined ? {} : { sameAs: other })
    });
  }
  return Object.fromEntries([...datasets].sort());
}

/** From the notebook's folder where the file is below it, as others have it who have the folder elsewhere. */
export function datasetName(notebook: string, path: string): string {
  const below = relative(dirname(notebook), path);
  return below.startsWith('..') ? path : below.replaceAll('\\', '/');
}
