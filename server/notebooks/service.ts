// A notebook that is renamed keeps its runs, its versions and what its steps depended on.
import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import type * as operations from '../contract/notebooks.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Handler } from '../http/route.ts';
import type { Workspace } from '../workspace.ts';
import { movePaths } from './store.ts';

export interface NotebooksService {
  moveNotebook: Handler<typeof operations.moveNotebook>;
}

export interface NotebooksParts {
  /** Every database that names notebooks. */
  databases: readonly Database[];
  bus: EventBus;
  workspace: Workspace;
}

export function createNotebooksService({
  databases,
  bus,
  workspace
}: NotebooksParts): NotebooksService {
  return {
    async moveNotebook(input) {
      const from = workspace.identify(input.from);
      const to = workspace.identify(input.to);
      if (from !== to && existsSync(from)) {
        throw problem('invalid_request', `"${input.from}" is still there: it was not renamed`, {
          remedy: 'Rename the file first'
        });
      }
      if (from === to || to.startsWith(from + sep)) return { from, to };
      for (const database of databases) await database.write(db => movePaths(db, from, to, sep));
      bus.publish({ type: 'notebook-moved', from, notebook: to });
      return { from, to };
    }
  };
}
