// Plugin: what notebooks' kernels do, told to the server; from messages alone, so that a fault of ours stays ours.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { browserChannel } from '../../kernel-bridge/capture/browser-channel.ts';
import { record } from '../../kernel-bridge/capture/channel.ts';
import { createRecorder } from '../../kernel-bridge/capture/recorder.ts';
import { createOutbox, type Outbox, type Sink } from '../../kernel-bridge/delivery/outbox.ts';
import { CallError } from '../client/call-error.ts';
import { recordSession } from '../client/routes.ts';
import { IClient } from '../client/tokens.ts';
import { IRecorder } from '../tokens.ts';
import { followKernel } from './follow-kernel.ts';
import { createOutboxStorage } from './outbox-storage.ts';

export const recorderPlugin: JupyterFrontEndPlugin<IRecorder> = {
  id: 'stepladder:recorder',
  description: 'Records the executions of notebook cells.',
  autoStart: true,
  requires: [IClient, INotebookTracker],
  provides: IRecorder,
  activate: (_: JupyterFrontEnd, client: IClient, tracker: INotebookTracker): IRecorder => {
    const outbox = createOutbox({
      sink: sinkTo(client),
      storage: createOutboxStorage(UUID.uuid4())
    });
    client.status.changed.connect((_, { state }) => {
      if (state === 'ready') void outbox.flush();
    });
    const follow = (panel: NotebookPanel) => recordNotebook(panel, outbox, client);
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
    return { flush: () => outbox.flush() };
  }
};

/** Refusals that pass by themselves. */
const PASSING = new Set(['storage_unavailable', 'internal']);

function sinkTo({ call, status }: IClient): Sink {
  return async ({ sessionId, notebook, kernel, events }) => {
    try {
      await call(recordSession, {
        sessionId,
        source: 'recorder',
        events,
        ...(notebook ? { notebook } : {}),
        ...(kernel ? { kernel } : {})
      });
      status.cannotStore(undefined);
      return 'taken';
    } catch (error) {
      if (error instanceof CallError && error.problem.code === 'storage_unavailable')
        status.cannotStore(error.problem);
      const later =
        !(error instanceof CallError) || error.unreachable || PASSING.has(error.problem.code);
      return later ? 'later' : 'refused';
    }
  };
}

/** The path is read anew with each batch, for the notebook may be renamed; a restart the recorder sees in the kernel's status. */
function recordNotebook(panel: NotebookPanel, outbox: Outbox, client: IClient): void {
  followKernel(panel, kernel =>
    recordKernel(kernel, outbox, () => client.absolute(panel.context.localPath))
  );
  panel.disposed.connect(() => void outbox.flush());
}

function recordKernel(
  kernel: Kernel.IKernelConnection,
  outbox: Outbox,
  path: () => string
): () => void {
  let said: { language: string; version: string } | undefined;
  kernel.info.then(
    ({ language_info }) =>
      (said = { language: language_info.name, version: language_info.version }),
    () => undefined
  );
  const recorder = createRecorder({ now: () => Date.now(), newId: () => UUID.uuid4() });
  return record(browserChannel(kernel), recorder, events =>
    outbox.put({
      sessionId: kernel.id,
      notebook: path(),
      events,
      ...(said ? { kernel: said } : {})
    })
  );
}
