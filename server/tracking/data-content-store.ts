import type { Db } from '../database/open.ts';
import type { RunFileRow } from '../database/tables/sessions.ts';

export interface FileToRead extends Pick<RunFileRow, 'run_id' | 'path' | 'bytes' | 'modified'> {
  notebook: string | null;
}

export type FileContent = Pick<RunFileRow, 'row_count' | 'schema'> & { content_id: string };

/** Those that nobody has looked at yet. */
export const filesToRead = (db: Db, executionIds: readonly string[]): Promise<FileToRead[]> =>
  db
    .selectFrom('run_files')
    .innerJoin('runs', 'runs.run_id', 'run_files.run_id')
    .select(['run_files.run_id', 'path', 'bytes', 'modified', 'runs.notebook'])
    .where('execution_id', 'in', [...executionIds])
    .where('content_id', 'is', null)
    .execute();

/** The same file in the same state, as it was read for another run. */
export async function knownContent(
  db: Db,
  { path, bytes, modified }: Pick<RunFileRow, 'path' | 'bytes' | 'modified'>
): Promise<FileContent | undefined> {
  const row = await db
    .selectFrom('run_files')
    .select(['content_id', 'row_count', 'schema'])
    .where('path', '=', path)
    .where('bytes', '=', bytes)
    .where('modified', '=', modified)
    .where('content_id', '>', '')
    .executeTakeFirst();
  return row && { ...row, content_id: row.content_id! };
}

/** @param content nothing where it could not be taken */
export async function noteContent(
  db: Db,
  { path, bytes, modified }: Pick<RunFileRow, 'path' | 'bytes' | 'modified'>,
  content: FileContent | undefined
): Promise<void> {
  await db
    .updateTable('run_files')
    .set(content ?? { content_id: '' })
    .where('path', '=', path)
    .where('bytes', '=', bytes)
    .where('modified', '=', modified)
    .where('content_id', 'is', null)
    .execute();
}

/** A file as a cell of a notebook last read or wrote it. */
export interface SeenFile extends RunFileRow {
  cell_id: string | null;
  step: string | null;
  /** When its run began. */
  time: number;
  /** Another path under which the same content was seen, whichever notebook it was. */
  same_as: string | null;
}

const RUNS = 20;

/** Of each cell what it did in the newest run that executed it. */
export async function filesOfNotebook(db: Db, notebook: string): Promise<SeenFile[]> {
  const runs = await db
    .selectFrom('runs')
    .select(['run_id', 'start_time'])
    .where('notebook', '=', notebook)
    .where('lifecycle', '=', 'active')
    .orderBy('start_time', 'desc')
    .limit(RUNS)
    .execute();
  if (runs.length === 0) return [];
  const times = new Map(runs.map(({ run_id, start_time }) => [run_id, Number(start_time)]));
  const ids = [...times.keys()];
  const [cells, files] = await Promise.all([
    db
      .selectFrom('cell_executions')
      .select(['run_id', 'execution_id', 'cell_id', 'step'])
      .where('run_id', 'in', ids)
      .execute(),
    db
      .selectFrom('run_files')
      .selectAll()
      .where('run_id', 'in', ids)
      .where('content_id', '>', '')
      .execute()
  ]);
  const byExecution = new Map(cells.map(cell => [cell.execution_id, cell]));
  const newest = new Map<string, string>();
  for (const { run_id, cell_id } of cells) {
    if (run_id === null || cell_id === null) continue;
    const known = newest.get(cell_id);
    if (known === undefined || times.get(known)! < times.get(run_id)!) newest.set(cell_id, run_id);
  }
  const contents = [...new Set(files.flatMap(({ content_id }) => content_id ?? []))];
  const paths = contents.length === 0 ? [] : await pathsOf(db, contents);
  return files.flatMap(file => {
    const cell = byExecution.get(file.execution_id);
    if (!cell || (cell.cell_id !== null && newest.get(cell.cell_id) !== file.run_id)) return [];
    const same = paths.find(
      ({ content_id, path }) => content_id === file.content_id && path !== file.path
    );
    return [
      {
        ...file,
        cell_id: cell.cell_id,
        step: cell.step,
        time: times.get(file.run_id)!,
        same_as: same?.path ?? null
      }
    ];
  });
}

const pathsOf = (db: Db, contents: readonly string[]) =>
  db
    .selectFrom('run_files')
    .select(['content_id', 'path'])
    .distinct()
    .where('content_id', 'in', [...contents])
    .orderBy('path')
    .execute();
