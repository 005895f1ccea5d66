// Which pipeline a command means: by the notebook's own key, else by its path. The notebook need not be there any more.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { notebookIntent } from '../contract/notebook.ts';
import { readNotebook } from './notebook-file.ts';

export interface WhichArguments {
  path: string;
  pipeline?: string;
  branch?: string;
}

export function identify(name: string, branch?: string): WhichArguments {
  const path = resolve(name);
  const intent = existsSync(path) ? notebookIntent(readNotebook(name).notebook) : {};
  const chosen = branch ?? intent.branch;
  return {
    path,
    ...(intent.pipeline === undefined ? {} : { pipeline: intent.pipeline }),
    ...(chosen === undefined ? {} : { branch: chosen })
  };
}
