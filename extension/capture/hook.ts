// Plugin: the hook in Python kernels that come without it, such as those on another machine. Other languages' get nothing.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelSpec } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';
import {
  createHookRequest,
  hookCode,
  type HookOutcome,
  type KernelStartup,
  outcomeOf,
  OUTCOME_EXPRESSION
} from '../../kernel-bridge/capture/hook-request.ts';
import {
  dialectOf,
  inheritsHook,
  isIpykernel
} from '../../kernel-bridge/capture/kernel-dialect.ts';
import { recordSession } from '../client/routes.ts';
import { IClient } from '../client/tokens.ts';
import { IShell, type Remark } from '../tokens.ts';
import { followKernel } from './follow-kernel.ts';
import { hookSentence } from './hook-words.ts';

export const hookPlugin: JupyterFrontEndPlugin<void> = {
  id: 'stepladder:hook',
  description: 'Begins the hook in Python kernels that were started without it.',
  autoStart: true,
  requires: [IClient, INotebookTracker],
  optional: [IShell],
  activate: (
    app: JupyterFrontEnd,
    client: IClient,
    tracker: INotebookTracker,
    shell: IShell | null
  ) => {
    const hooks = createHooks(
      client,
      name => app.serviceManager.kernelspecs.specs?.kernelspecs[name]
    );
    tracker.forEach(hooks.follow);
    tracker.widgetAdded.connect((_, panel) => hooks.follow(panel));
    tracker.currentChanged.connect(() => hooks.changed.emit());
    // Synchronous, and before the cell's own request: what is sent here comes first.
    NotebookActions.executionScheduled.connect((_, { notebook }) => {
      const panel = tracker.find(({ content }) => content === notebook);
      const kernel = panel?.sessionContext.session?.kernel;
      if (kernel) hooks.beforeCell(kernel);
    });
    const remark: Remark = {
      get text() {
        const panel = tracker.currentWidget;
        const kernel = panel?.sessionContext.session?.kernel;
        const outcome = kernel && hooks.outcome(kernel);
        return outcome && shell
          ? hookSentence(outcome, panel.title.label, shell.lab.trans)
          : undefined;
      },
      changed: hooks.changed
    };
    shell?.addRemark(remark);
  }
};

/** A kernel on a busy machine takes this long from its first sign of life to its hook's first word. */
const GRACE = 1000;

const UNKNOWN = { language: '', argv: [] };

interface Hooks {
  follow(panel: NotebookPanel): void;
  beforeCell(kernel: Kernel.IKernelConnection): void;
  outcome(kernel: Kernel.IKernelConnection): HookOutcome | undefined;
  readonly changed: Signal<unknown, void> & ISignal<unknown, void>;
}

type SpecOf = (name: string) => KernelSpec.ISpecModel | undefined;

function createHooks(client: IClient, specOf: SpecOf): Hooks {
  // Early, so that there is something to send when the first cell is.
  let startup: KernelStartup | undefined;
  const prepare = async () => {
    startup = (await client.kernelStartup()) ?? startup;
  };
  let prepared = prepare();
  client.status.changed.connect((_, { state }) => {
    if (state === 'ready') prepared = prepare();
  });
  const beforeCells = new WeakMap<Kernel.IKernelConnection, () => void>();
  const outcomes = new WeakMap<Kernel.IKernelConnection, HookOutcome>();
  const changed = new Signal<unknown, void>({});

  function begin(kernel: Kernel.IKernelConnection, notebook: () => string): () => void {
    const request = createHookRequest({
      async hasHook() {
        const said = { sessionId: kernel.id, source: 'recorder', notebook: notebook() } as const;
        return client.call(recordSession, { ...said, events: [] }).then(
          ({ hooked }) => hooked,
          () => undefined
        );
      },
      startup: () => startup,
      inherits: () => !startup?.remote && inheritsHook(spec() ?? UNKNOWN),
      send: startup => askKernel(kernel, hookCode(startup, kernel.id, notebook())),
      grace: () => new Promise(resolve => setTimeout(resolve, GRACE)),
      onOutcome(outcome) {
        outcomes.set(kernel, outcome);
        changed.emit();
      }
    });
    const spec = () => specOf(kernel.name);
    let takesHook = false;
    const isPossible = () => takesHook && client.status.now.state === 'ready';
    const look = () => void prepared.then(() => isPossible() && request.look());
    const serverBack = () => void prepared.then(() => isPossible() && request.serverBack());
    kernel.info.then(
      ({ implementation }) => {
        takesHook = dialectOf(implementation).takesHook;
        look();
      },
      () => undefined
    );
    const onStatus = (_: unknown, status: Kernel.Status) => {
      if (status === 'restarting' || status === 'autorestarting') {
        request.restarted();
        outcomes.delete(kernel);
        changed.emit();
      } else if (status === 'idle') look();
    };
    kernel.statusChanged.connect(onStatus);
    client.status.changed.connect(serverBack);
    beforeCells.set(kernel, () => {
      // A cell may be on its way before the kernel has said what it is.
      if (takesHook || isIpykernel(spec() ?? UNKNOWN)) request.beforeCell();
    });
    return () => {
      kernel.statusChanged.disconnect(onStatus);
      client.status.changed.disconnect(serverBack);
      beforeCells.delete(kernel);
    };
  }

  return {
    follow: panel =>
      followKernel(panel, kernel => begin(kernel, () => client.absolute(panel.context.localPath))),
    beforeCell: kernel => beforeCells.get(kernel)?.(),
    outcome: kernel => outcomes.get(kernel),
    changed
  };
}

/** Unseen: it counts as no execution, leaves no name, and asks nothing of the user. */
async function askKernel(
  kernel: Kernel.IKernelConnection,
  code: string
): Promise<HookOutcome | undefined> {
  const future = kernel.requestExecute({
    code,
    silent: true,
    store_history: false,
    stop_on_error: false,
    allow_stdin: false,
    user_expressions: { stepladder: OUTCOME_EXPRESSION }
  });
  const { content } = await future.done;
  return outcomeOf(content as unknown as Record<string, unknown>);
}
