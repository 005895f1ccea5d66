// The pages of versions, and the commands on them: the same words as on the command line.
import { InputDialog } from '@jupyterlab/apputils';
import { historyIcon } from '@jupyterlab/ui-components';
import { COMMANDS, type INotebooks, type IShell } from '../tokens.ts';
import { createPageRequests } from '../ui/page-requests.ts';
import { type PipelineActions, which } from './actions.ts';
import { listRuns } from '../client/routes.ts';
import { askHowToCapture } from './capture-dialog.tsx';
import { createVersionVerbs } from './version-verbs.ts';
import { lineOf, MAIN, type VersionLine } from './version-words.ts';
import type { VersionRequest } from './versions-page.tsx';

interface VersionPagesParts {
  shell: IShell;
  notebooks: INotebooks;
  actions: PipelineActions;
}

/** Which versions a command is about; without a path those of the notebook in front. */
interface VersionArgs extends VersionRequest {
  path?: string;
  pipeline?: string;
}

export function addVersionPages({ shell, notebooks, actions }: VersionPagesParts): void {
  const { lab, addCommand } = shell;
  const { trans } = lab;
  const requests = createPageRequests<VersionRequest>();
  const verbs = createVersionVerbs({
    lab,
    async restore(line, version) {
      const state = await notebooks.open(line.path);
      if (state) await actions.restore(state, version, line);
    },
    async replace(path, notebook, done) {
      const state = await notebooks.open(path);
      if (state) actions.replace(state, notebook, done);
    },
    changed(line, branch) {
      requests.ask(line.path, { branch });
      notebooks.at(line.path)?.refresh();
    }
  });

  shell.addPage({
    kind: 'versions',
    icon: historyIcon,
    load: async () =>
      (await import('./versions-page.tsx')).createVersionsPage({
        verbs,
        now: path => notebooks.at(path)?.steps?.pipeline,
        lineOf: path => {
          const state = notebooks.at(path);
          return state ? which(state) : lineOf(path);
        },
        requests
      })
  });
  shell.addPage({
    kind: 'why',
    icon: historyIcon,
    load: async () => (await import('./why-page.tsx')).WhyPage
  });

  const show = (line: VersionLine, request: VersionRequest) => {
    requests.ask(line.path, { ...request, branch: request.branch ?? line.branch ?? MAIN });
    lab.openPage('versions', line.path, trans.__('Versions of %1', line.path.split('/').pop()!));
  };

  const add = (
    id: string,
    label: string,
    caption: string,
    work: (line: VersionLine, args: VersionArgs) => unknown
  ) => {
    addCommand(id, {
      label,
      caption,
      icon: historyIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: { type: 'string', description: trans.__('Of the notebook, absolute') },
            pipeline: { type: 'string' },
            branch: { type: 'string' },
            version: { type: 'string', description: trans.__('v3, 1.2.0, or a tag') }
          }
        }
      },
      isEnabled: args => args['path'] !== undefined || notebooks.current !== undefined,
      execute: given => {
        const args = given as VersionArgs;
        const state = args.path === undefined ? notebooks.current : notebooks.at(args.path);
        // An open notebook knows best which pipeline it is; so one page has its versions, whoever asks for them.
        const own = state && which(state);
        const line =
          args.path === undefined
            ? own
            : lineOf(args.path, own ? own.pipeline : args.pipeline, args.branch);
        return line && lab.act(async () => work(line, args));
      }
    });
    notebooks.currentChanged.connect(() => lab.commands.notifyCommandChanged(id));
  };

  /** Where no version is given, it is asked for. */
  const ofVersion =
    (title: string, work: (line: VersionLine, version: string) => unknown) =>
    async (line: VersionLine, { version }: VersionArgs) => {
      if (version !== undefined) return work(line, version);
      const { button, value } = await InputDialog.getText({
        title,
        label: trans.__('v3, 1.2.0, a tag, or latest'),
        text: 'latest'
      });
      return button.accept && value ? work(line, value.trim()) : undefined;
    };

  add(
    COMMANDS.captureWith,
    trans.__('Capture a version with a message…'),
    trans.__('Keep the steps as they are now, in your words; decide the semantic version'),
    async ({ path }) => {
      const words = await askHowToCapture(trans);
      const state = notebooks.at(path);
      if (words && state) await actions.capture(state, words);
    }
  );
  add(
    COMMANDS.versions,
    trans.__('Versions of this notebook'),
    trans.__('Look at, compare and restore captured versions'),
    (line, { version, branch, view }) => show(line, { version, branch, view })
  );
  add(
    COMMANDS.diff,
    trans.__('Diff of two versions'),
    trans.__('What differs in steps, params, data and packages'),
    (line, { version }) => show(line, { version, view: 'diff' })
  );
  add(
    COMMANDS.blame,
    trans.__('Blame: the version that each line is from'),
    trans.__('Step by step'),
    (line, { version }) => show(line, { version, view: 'blame' })
  );
  add(
    COMMANDS.why,
    trans.__('Why: what changed since the good run'),
    trans.__('Cells, params, data and packages, the likeliest first'),
    async (line, { version }) => {
      const { items } = await lab.client.call(listRuns, { notebook: line.path, limit: 1 });
      verbs.why(line, version ?? items[0]?.runId ?? 'latest');
    }
  );
  add(
    COMMANDS.restore,
    trans.__('Restore a version…'),
    trans.__('Puts it back into the notebook; you can undo it'),
    ofVersion(trans.__('Restore which version?'), verbs.restore)
  );
  add(
    COMMANDS.tag,
    trans.__('Tag a version…'),
    trans.__('Give it a name'),
    ofVersion(trans.__('Tag which version?'), verbs.tag)
  );
  add(
    COMMANDS.branch,
    trans.__('Branch an experiment…'),
    trans.__('A line of versions beside the others'),
    ofVersion(trans.__('Branch off which version?'), verbs.branch)
  );
  add(
    COMMANDS.push,
    trans.__('Push versions…'),
    trans.__('To a git repository, by HTTP(S)'),
    verbs.push
  );
  add(
    COMMANDS.pull,
    trans.__('Pull versions…'),
    trans.__('From a git repository, by HTTP(S)'),
    verbs.pull
  );
}
