// The parts of a Jupyter message that recording needs. Read only: the same object goes on to JupyterLab.
export interface KernelMessage {
  header: { msg_id: string; msg_type: string; session?: string; date?: string };
  parent_header?: { msg_id?: string; msg_type?: string };
  metadata?: Record<string, unknown>;
  content: Record<string, unknown>;
  channel?: string;
}

/** One message as it was seen on the kernel's connection. */
export interface KernelFrame {
  direction: 'send' | 'recv';
  message: KernelMessage;
}

export type KernelStatus =
  | 'unknown'
  | 'starting'
  | 'idle'
  | 'busy'
  | 'restarting'
  | 'autorestarting'
  | 'terminating'
  | 'dead';

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
