// Notebooks on the disk: read with words for everything that can be wrong, written whole or not at all.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Notebook } from '../contract/notebook.ts';
import { problem } from '../contract/problem.ts';

/** @throws notebook_not_found, invalid_notebook */
export function readNotebook(path: string): { path: string; notebook: Notebook } {
  const full = resolve(path);
  return { path: full, notebook: parseNotebook(readTextFile(full, path), path) };
}

/** @throws notebook_not_found, invalid_notebook */
export function readTextFile(full: string, path: string): string {
  try {
    return readFileSync(full, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    if (why === 'ENOENT' || why === 'ENOTDIR')
      throw problem('notebook_not_found', `There is no file "${path}"`);
    if (why === 'EISDIR')
      throw problem('invalid_notebook', `"${path}" is a folder, not a notebook`);
    throw problem('notebook_not_found', `"${path}" cannot be read: ${(error as Error).message}`);
  }
}

export function parseNotebook(text: string, path: string): Notebook {
  const remedy = 'Give a Jupyter notebook: a file that JupyterLab saved with the ending .ipynb';
  if (text.trim() === '') throw problem('invalid_notebook', `"${path}" is empty`, { remedy });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw problem(
      'invalid_notebook',
      `"${path}" is not a notebook: it is not JSON (${(error as Error).message})`,
      { remedy }
    );
  }
  requireFormat4(content, path);
  const parsed = Notebook.safeParse(content);
  if (!parsed.success) {
    const first = parsed.error.issues[0]!;
    throw problem(
      'invalid_notebook',
      `"${path}" is not a notebook: "${first.path.join('.') || 'file'}" ${first.message}`,
      { remedy }
    );
  }
  return parsed.data;
}

/** Before anything else: an older format has its cells elsewhere. */
function requireFormat4(content: unknown, path: string): void {
  const format = (content as { nbformat?: unknown } | null)?.nbformat;
  if (format === undefined || format === 4) return;
  throw problem(
    'invalid_notebook',
    `"${path}" has notebook format ${JSON.stringify(format)}; format 4 is read here`,
    {
      remedy:
        'Open and save it in JupyterLab, or run "jupyter nbconvert --to notebook --inplace" on it'
    }
  );
}

/** As Jupyter writes it: one space of indentation, a newline at the end. */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeWhole(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** @throws invalid_request where the file system does not let us */
export function writeWhole(path: string, content: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, content, { flush: true });
    renameSync(partial, path);
  } catch (error) {
    throw problem(
      'invalid_request',
      `"${path}" cannot be written, so it is as it was: ${(error as Error).message}`,
      { remedy: 'Give a place that you may write to, on a disk with room' }
    );
  } finally {
    rmSync(partial, { force: true });
  }
}
