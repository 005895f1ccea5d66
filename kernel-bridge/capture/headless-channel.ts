// A kernel behind a Jupyter server, over the WebSocket that every front end uses, for recording and running without a browser.
import type { KernelChannel } from './channel.ts';
import type { KernelFrame, KernelMessage, KernelStatus } from './message.ts';

export interface JupyterServer {
  /** E.g. `http://127.0.0.1:8888`. */
  url: string;
  token: string;
}

export interface HeadlessChannel extends KernelChannel {
  /** @returns the request's id. */
  execute(code: string, request?: { metadata?: Record<string, unknown>; silent?: boolean }): string;
  send(message: KernelMessage): void;
  close(): void;
}

/** Resolves once the connection is open. @throws when the Jupyter server refuses it. */
export async function headlessChannel(
  server: JupyterServer,
  kernelId: string
): Promise<HeadlessChannel> {
  const session = crypto.randomUUID();
  const address = new URL(`api/kernels/${kernelId}/channels`, server.url.replace(/\/?$/, '/'));
  address.protocol = address.protocol.replace('http', 'ws');
  address.searchParams.set('session_id', session);
  address.searchParams.set('token', server.token);
  const socket = new WebSocket(address);
  const frames = new Set<(frame: KernelFrame) => void>();
  const statuses = new Set<(status: KernelStatus) => void>();

  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return;
    const message = JSON.parse(data) as KernelMessage;
    frames.forEach(listener => listener({ direction: 'recv', message }));
    const status = message.header.msg_type === 'status' && message.content['execution_state'];
    if (typeof status === 'string') {
      statuses.forEach(listener => listener(status as KernelStatus));
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener(
      'error',
      () => reject(new Error(`No connection to kernel ${kernelId} at ${server.url}`)),
      { once: true }
    );
  });

  function send(message: KernelMessage): void {
    frames.forEach(listener => listener({ direction: 'send', message }));
    socket.send(JSON.stringify({ parent_header: {}, metadata: {}, ...message, buffers: [] }));
  }

  return {
    kernelId,
    onFrame: listener => subscribe(frames, listener),
    onStatus: listener => subscribe(statuses, listener),
    send,
    execute(code, { metadata = {}, silent = false } = {}) {
      const id = crypto.randomUUID();
      send({
        channel: 'shell',
        header: {
          msg_id: id,
          msg_type: 'execute_request',
          session,
          date: new Date().toISOString(),
          ...{ username: 'stepladder', version: '5.3' }
        },
        metadata,
        content: {
          code,
          silent,
          store_history: !silent,
          user_expressions: {},
          allow_stdin: false,
          stop_on_error: !silent
        }
      });
      return id;
    },
    close: () => socket.close()
  };
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
