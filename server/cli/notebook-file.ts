// Notebooks on the disk: read with words for everything that can be wrong, written whole or not at all.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Notebook } from '../contract/notebook.ts';
import { notebookFault } from '../contract/notebook-fault.ts';
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
    // Some editors on Windows put a mark before the text.
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw problem(
      'invalid_notebook',
      `"${path}" is not a notebook: it is not JSON (${readable((error as Error).message)})`,
      { remedy }
    );
  }
  const fault = notebookFault(content);
  if (fault) {
    const { what, ...where } = fault;
    throw problem('invalid_notebook', `"${path}" ${what}`, where);
  }
  return Notebook.parse(content);
}

/** The message quotes the file, which may be anything. */
const readable = (message: string) => message.replace(/[^\x20-\x7e]+/g, '?');

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
