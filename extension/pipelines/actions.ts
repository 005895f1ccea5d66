// What people do with a notebook's pipeline. Each gives its result or throws; `lab.act` says what went wrong.
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { PartialJSONValue } from '@lumino/coreutils';
import { asCallError } from '../client/call-error.ts';
import * as routes from '../client/routes.ts';
import type { Lab, NotebookState } from '../tokens.ts';
import { keepOutputs } from '../../server/contract/kept-outputs.ts';
import type { Notebook } from '../../server/contract/notebook.ts';
import type { CaptureWords } from './capture-dialog.tsx';
import { lineOf, type VersionLine } from './version-words.ts';

export type ParamValue = string | number | boolean | null;

export interface PipelineActions {
  run(state: NotebookState, params?: Record<string, ParamValue>): Promise<void>;
  cancel(state: NotebookState): Promise<void>;
  capture(state: NotebookState, words?: CaptureWords): Promise<void>;
  /** @param line of versions; the notebook's own where it is not given */
  restore(state: NotebookState, version: string, line?: VersionLine): Promise<void>;
  /** Puts a content in the place of the notebook's; what is said offers the way back. */
  replace(state: NotebookState, notebook: Notebook, done: string): void;
  exportTo(state: NotebookState, target: string): Promise<void>;
}

export function createPipelineActions(lab: Lab, contents: Contents.IManager): PipelineActions {
  const { client, commands, trans } = lab;

  async function capture(
    state: NotebookState,
    words: CaptureWords = {},
    allowSecrets = false
  ): Promise<void> {
    const content = state.content({ outputs: true });
    try {
      const answer = await client.call(routes.capture, { ...content, ...words, allowSecrets });
      rememberPipeline(state, answer);
      state.refresh();
    } catch (error) {
      const { problem } = asCallError(error);
      if (problem.code !== 'secret_found') throw error;
      const { cell = 0, line } = problem;
      Notification.warning(problem.detail, {
        autoClose: false,
        actions: [
          {
            label: trans.__('Show cell %1', cell + 1),
            caption: problem.remedy ?? '',
            callback: () => state.showCell(cell, line)
          },
          {
            label: trans.__('Capture it anyway'),
            caption: trans.__('It is no secret, or may be kept'),
            callback: () => void lab.act(() => capture(state, words, true))
          }
        ]
      });
    }
  }

  function replace(state: NotebookState, notebook: Notebook, done: string): void {
    const model = state.panel.context.model;
    const before = model.toJSON();
    // Versions leave out what a kernel writes of its language; the editor colours by it.
    const language = model.getMetadata('language_info') as PartialJSONValue | undefined;
    const metadata = { ...notebook.metadata, ...(language ? { language_info: language } : {}) };
    const now = state.content({ outputs: true }).notebook;
    const cells = keepOutputs(notebook.cells, now.cells);
    model.fromJSON({ ...notebook, cells, metadata } as PartialJSONValue as never);
    Notification.success(done, {
      autoClose: 10_000,
      actions: [{ label: trans.__('Undo'), callback: () => model.fromJSON(before) }]
    });
  }

  return {
    async run(state, params = {}) {
      state.showPipelineRun(await client.call(routes.runPipeline, { ...state.content(), params }));
    },
    async cancel(state) {
      const run = state.pipelineRun;
      if (run?.state !== 'running') return;
      const { pipelineRunId } = run;
      state.showPipelineRun(await client.call(routes.cancelPipelineRun, { pipelineRunId }));
    },
    capture,
    replace,
    async restore(state, version, line = which(state)) {
      const { notebook } = await client.call(routes.restore, { ...line, version });
      replace(state, notebook, trans.__('%1 is %2 again', PathExt.basename(state.path), version));
    },
    async exportTo(state, target) {
      const { folder, files, notes } = await client.call(routes.exportPipeline, {
        ...state.content(),
        target
      });
      const root = PathExt.join(PathExt.dirname(state.panel.context.path), folder);
      const visible = files.filter(({ path }) => !isHidden(path));
      await writeFiles(contents, root, visible);
      await commands.execute('filebrowser:go-to-path', { path: root }).catch(() => undefined);
      const main = files.find(({ path }) => /dag.*\.py$/.test(path)) ?? files[0];
      if (main) await commands.execute('docmanager:open', { path: PathExt.join(root, main.path) });
      const written = trans._n('%2: %1 file written', '%2: %1 files written', visible.length, root);
      const left = files.filter(({ path }) => isHidden(path)).map(({ path }) => path);
      const hint = trans.__(
        'Jupyter writes no hidden files: %1 comes with "stepladder export"',
        left.join(', ')
      );
      Notification.success([written, ...(left.length > 0 ? [hint] : []), ...notes].join('. '), {
        autoClose: 8_000
      });
    }
  };
}

/** Which pipeline a notebook is, by its own mark where it has one, else by its path; and the branch that it is on. */
export function which(state: NotebookState): VersionLine {
  const intent = state.panel.model?.getMetadata('stepladder') as
    { pipeline?: string; branch?: string } | undefined;
  return lineOf(state.path, intent?.pipeline, intent?.branch);
}

/** The first version gives the notebook its lasting identity, so that renaming it loses nothing. */
function rememberPipeline({ panel }: NotebookState, { pipelineId }: { pipelineId: string }): void {
  const intent = panel.model?.getMetadata('stepladder') as Record<string, unknown> | undefined;
  if (intent?.['pipeline']) return;
  panel.model?.setMetadata('stepladder', { ...intent, pipeline: pipelineId });
}

const isHidden = (path: string): boolean => path.split('/').some(part => part.startsWith('.'));

async function writeFiles(
  contents: Contents.IManager,
  root: string,
  files: readonly { path: string; content: string }[]
): Promise<void> {
  const made = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (path === '' || made.has(path)) return;
    await makeFolder(PathExt.dirname(path));
    made.add(path);
    const known = await contents.get(path, { content: false }).catch(() => undefined);
    if (!known) await contents.save(path, { type: 'directory' });
  };
  for (const { path, content } of files) {
    const target = PathExt.join(root, path);
    await makeFolder(PathExt.dirname(target));
    await contents.save(target, { type: 'file', format: 'text', content });
  }
}
