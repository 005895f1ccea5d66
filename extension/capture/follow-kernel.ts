import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

/** Follows the notebook's kernel through changes; `begin` gives back what ends it. A restart is the same connection. */
export function followKernel(
  panel: NotebookPanel,
  begin: (kernel: Kernel.IKernelConnection) => () => void
): void {
  let kernel: Kernel.IKernelConnection | undefined;
  let end = () => {};
  const listen = () => {
    const next = panel.sessionContext.session?.kernel ?? undefined;
    if (next === kernel) return;
    end();
    kernel = next;
    end = next ? begin(next) : () => {};
  };
  panel.sessionContext.kernelChanged.connect(listen);
  panel.disposed.connect(() => end());
  listen();
}
