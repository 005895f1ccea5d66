import { KernelAPI, KernelManager, ServerConnection } from '@jupyterlab/services';
import { afterAll, beforeAll } from 'vitest';
import { browserChannel } from '../../kernel-bridge/capture/browser-channel.ts';
import { type Jupyter, runCell, startJupyter } from '../support/kernels.ts';
import { type RecordedKernel, recordsOn } from './recorder.suite.ts';

let jupyter: Jupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

recordsOn('headless', async (): Promise<RecordedKernel> => {
  const kernel = await jupyter.open('headless.ipynb');
  const { channel } = kernel;
  return {
    channel,
    run: async (code, metadata) => void (await kernel.run(code, metadata)),
    async runSilently(code) {
      const id = channel.execute(code, { silent: true });
      await new Promise<void>(resolve => {
        const end = channel.onFrame(({ message }) => {
          if (message.parent_header?.msg_id !== id || message.header.msg_type !== 'execute_reply')
            return;
          end();
          resolve();
        });
      });
    },
    async runElsewhere(code) {
      const other = await kernel.connect();
      await runCell(other, code);
      other.close();
    },
    async interruptOnce(text, code) {
      const end = channel.onFrame(({ message }) => {
        if (message.header.msg_type !== 'stream' || message.content['text'] !== `${text}\n`) return;
        end();
        void kernel.interrupt();
      });
      await kernel.run(code);
    },
    close: kernel.close
  };
});

recordsOn('browser', async (): Promise<RecordedKernel> => {
  const opened = await jupyter.open('browser.ipynb');
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: `${jupyter.url}/`,
    wsUrl: `${jupyter.url.replace('http', 'ws')}/`,
    token: jupyter.token
  });
  const kernels = new KernelManager({ serverSettings });
  const [model] = (await KernelAPI.listRunning(serverSettings)).filter(
    ({ id }) => id === opened.kernelId
  );
  const kernel = kernels.connectTo({ model: model! });
  await kernel.info;
  const run = async (code: string, metadata: Record<string, unknown> = {}, silent = false) => {
    const future = kernel.requestExecute(
      { code, silent, store_history: !silent, stop_on_error: false },
      false,
      metadata as Parameters<typeof kernel.requestExecute>[2]
    );
    await future.done;
  };
  return {
    channel: browserChannel(kernel),
    run,
    runSilently: code => run(code, {}, true),
    runElsewhere: async code => void (await opened.run(code)),
    async interruptOnce(text, code) {
      const future = kernel.requestExecute({ code }, false);
      future.onIOPub = message => {
        if ((message.content as { text?: string }).text === `${text}\n`) void kernel.interrupt();
      };
      await future.done;
    },
    async close() {
      kernel.dispose();
      kernels.dispose();
      await opened.close();
    }
  };
});
