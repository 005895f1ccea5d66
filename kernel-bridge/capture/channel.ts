// Where a kernel's messages are seen: a page of JupyterLab, or a connection of our own.
import type { KernelFrame, KernelStatus } from './message.ts';
import type { RecordedEvent, Recorder } from './recorder.ts';

export interface KernelChannel {
  /** The kernel's id at the Jupyter server, which is the session's id at ours. */
  readonly kernelId: string;
  /** @returns ends the subscription. */
  onFrame(listener: (frame: KernelFrame) => void): () => void;
  onStatus(listener: (status: KernelStatus) => void): () => void;
}

/** Feeds the channel's messages to the recorder and its events onwards. @returns ends it. */
export function record(
  channel: KernelChannel,
  recorder: Recorder,
  deliver: (events: RecordedEvent[]) => void
): () => void {
  // A fault of ours must not come between JupyterLab and its kernel.
  const guarded = (recorded: () => RecordedEvent[]) => {
    try {
      const events = recorded();
      if (events.length > 0) deliver(events);
    } catch {
      recorder.reset();
    }
  };
  const ends = [
    channel.onFrame(frame => guarded(() => recorder.receive(frame))),
    channel.onStatus(status => guarded(() => recorder.status(status)))
  ];
  return () => {
    ends.forEach(end => end());
    recorder.reset();
  };
}
