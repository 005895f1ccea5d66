// A kernel connection of `@jupyterlab/services`, by its shape alone: nothing of JupyterLab is imported here.
import type { KernelChannel } from './channel.ts';
import type { KernelMessage, KernelStatus } from './message.ts';

interface SignalLike<Sender, Args> {
  connect(slot: (sender: Sender, args: Args) => void): boolean;
  disconnect(slot: (sender: Sender, args: Args) => void): boolean;
}

/** What `Kernel.IKernelConnection` offers of it. Messages are read, never changed. */
export interface KernelConnectionLike {
  readonly id: string;
  readonly anyMessage: SignalLike<unknown, { msg: unknown; direction: 'send' | 'recv' }>;
  readonly statusChanged: SignalLike<unknown, string>;
}

export function browserChannel(kernel: KernelConnectionLike): KernelChannel {
  return {
    kernelId: kernel.id,
    onFrame(listener) {
      const slot = (_: unknown, { msg, direction }: { msg: unknown; direction: 'send' | 'recv' }) =>
        listener({ direction, message: msg as KernelMessage });
      kernel.anyMessage.connect(slot);
      return () => void kernel.anyMessage.disconnect(slot);
    },
    onStatus(listener) {
      const slot = (_: unknown, status: string) => listener(status as KernelStatus);
      kernel.statusChanged.connect(slot);
      return () => void kernel.statusChanged.disconnect(slot);
    }
  };
}
