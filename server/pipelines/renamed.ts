// A notebook that was renamed where nobody told us (by a shell, by another editor): its cells are those of a notebook that is gone.
import { existsSync } from 'node:fs';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { PipelineRow } from '../database/tables/pipelines.ts';
import { MAIN, type Repository } from './repository.ts';
import * as snapshot from './snapshot.ts';

interface RenamedParts {
  list(): Promise<PipelineRow[]>;
  repositoryOf(pipelineId: string): Repository;
}

/** Pipelines whose notebook is gone that are looked through, those captured last first. */
const LOOKED_THROUGH = 50;

/** @param path where the notebook is now. @returns the pipeline that it was, nothing where none is clearly it. */
export async function findRenamed(
  { list, repositoryOf }: RenamedParts,
  path: string,
  notebook: Notebook
): Promise<PipelineRow | undefined> {
  // A notebook that is in no file yet has no former name.
  if (!existsSync(path)) return undefined;
  const gone = (await list()).filter(row => row.keyed === 0 && !existsSync(row.path));
  for (const row of gone.slice(0, LOOKED_THROUGH)) {
    const repository = repositoryOf(row.pipeline_id);
    const head = await repository.head(MAIN);
    const text = head && (await repository.read(head, snapshot.NOTEBOOK_FILE));
    if (text && areAlike(snapshot.readNotebookFile(text), notebook)) return row;
  }
  return undefined;
}

/** More than half of the cells of either are in the other too, by id and by source. */
function areAlike(before: Notebook, now: Notebook): boolean {
  const cells = new Map(before.cells.map(cell => [cell.id, cellSource(cell)]));
  const same = now.cells.filter(
    cell => cell.id !== undefined && cells.get(cell.id) === cellSource(cell)
  );
  return same.length * 2 > Math.max(before.cells.length, now.cells.length);
}
