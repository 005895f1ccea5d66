// Jupyter messages in, session events out; nothing else goes in or out. What a front end *says* it ran does not count: only
// an execute_request seen on the kernel's connection does, or, of another client, the execute_input that the kernel publishes.
import type { RequestOf } from '../../server/contract/operation.ts';
import type { recordSession } from '../../server/contract/tracking.ts';
import { errorInText } from './kernel-dialect.ts';
import { type KernelFrame, type KernelMessage, type KernelStatus, textOf } from './message.ts';

export type RecordedEvent = RequestOf<typeof recordSession>['events'][number];
type EndState = 'ok' | 'error' | 'aborted' | 'interrupted';
type RecordedError = { name: string; value: string };

export interface Recorder {
  receive(frame: KernelFrame): RecordedEvent[];
  status(status: KernelStatus): RecordedEvent[];
  /** The connection goes to another kernel, or goes away: what runs here is no longer seen. */
  reset(): void;
}

interface Execution {
  readonly id: string;
  /** Of this connection: it knows the cell, and ends by its reply. Another client's ends when the kernel is idle again. */
  readonly own: boolean;
  readonly source: string;
  readonly cellId?: string;
  readonly step?: string;
  readonly tags: string[];
  started: boolean;
  count?: number;
  error?: RecordedError;
  stderr: string;
  /** All that it published has come. */
  idle?: boolean;
  /** The reply said that it failed, not how. */
  failed?: boolean;
}

const LONGEST_STDERR = 4000;
const LONGEST_ERROR = 2000;

export interface RecorderOptions {
  now: () => number;
  /** An id for events that no message names, such as the start of a kernel's next life. */
  newId: () => string;
}

export function createRecorder({ now, newId }: RecorderOptions): Recorder {
  const executions = new Map<string, Execution>();
  /** Until the kernel is idle: requests that a user does not see as cells, and cells of ours that have their reply. */
  const hidden = new Set<string>();
  let isRestarting = false;

  function begin(execution: Execution): RecordedEvent[] {
    if (execution.started) return [];
    execution.started = true;
    const { id, cellId, step, tags, source, count } = execution;
    return [
      {
        // Two tabs see the same execution: the one that asked for it knows more, and both may speak.
        id: eventId(execution.own ? 'r-start' : 'o-start', id),
        time: now(),
        type: 'cell-started',
        executionId: id,
        tags,
        source,
        ...(cellId === undefined ? {} : { cellId }),
        ...(step === undefined ? {} : { step }),
        ...(count === undefined ? {} : { count })
      }
    ];
  }

  function end(execution: Execution, state: EndState, error = execution.error): RecordedEvent[] {
    const { id, count, own, idle } = execution;
    executions.delete(id);
    // The reply comes on another channel than what is published, and may come first: that is no other client's then.
    if (own && idle !== true) hidden.add(id);
    return [
      ...begin(execution),
      {
        id: eventId(execution.own ? 'r-end' : 'o-end', id),
        time: now(),
        type: 'cell-ended',
        executionId: id,
        state,
        ...(count === undefined ? {} : { count }),
        ...(error && state !== 'aborted' ? { error } : {})
      }
    ];
  }

  /** What ran goes down with its kernel; what waited behind it never ran. */
  function endAll(state: EndState, error: RecordedError): RecordedEvent[] {
    const ended = [...executions.values()].flatMap(execution =>
      execution.started ? end(execution, state, error) : end(execution, 'aborted')
    );
    hidden.clear();
    return ended;
  }

  /** A kernel that dies at once takes its word of having begun with it: then it was the cell that had waited longest. */
  function died(): RecordedEvent[] {
    const all = [...executions.values()];
    const first = all.some(({ started }) => started) ? undefined : all[0];
    return [...(first ? begin(first) : []), ...endAll('error', DIED)];
  }

  /** One restart is said up to three times: by the server's message and by JupyterLab's two words for it. */
  function restarted(endWhatRan: () => RecordedEvent[]): RecordedEvent[] {
    if (isRestarting) return [];
    isRestarting = true;
    return [...endWhatRan(), { id: newId(), time: now(), type: 'session-started' }];
  }

  function sent({ header, content, metadata = {} }: KernelMessage): RecordedEvent[] {
    if (header.msg_type !== 'execute_request') return [];
    if (content['silent'] === true || content['store_history'] === false) {
      hidden.add(header.msg_id);
      return [];
    }
    executions.set(header.msg_id, {
      id: header.msg_id,
      own: true,
      source: textOf(content['code']),
      ...cellOf(metadata),
      started: false,
      stderr: ''
    });
    return [];
  }

  function received(message: KernelMessage): RecordedEvent[] {
    if (isRestartOfServer(message)) return restarted(died);
    const parent = message.parent_header?.msg_id;
    if (!parent) return [];
    if (hidden.has(parent)) {
      if (isIdle(message)) hidden.delete(parent);
      return [];
    }
    const execution = executions.get(parent) ?? seenFirst(parent, message);
    return execution ? told(execution, message) : [];
  }

  function seenFirst(id: string, { header, content }: KernelMessage): Execution | undefined {
    if (header.msg_type !== 'execute_input') return undefined;
    const execution = {
      id,
      own: false,
      source: textOf(content['code']),
      tags: [],
      started: false,
      stderr: ''
    };
    executions.set(id, execution);
    return execution;
  }

  function told(execution: Execution, { header, content }: KernelMessage): RecordedEvent[] {
    switch (header.msg_type) {
      case 'status':
        if (content['execution_state'] === 'busy') return begin(execution);
        return content['execution_state'] === 'idle' ? idled(execution) : [];
      case 'execute_input':
        readCount(execution, content);
        return begin(execution);
      case 'stream':
        if (content['name'] === 'stderr') {
          execution.stderr = (execution.stderr + textOf(content['text'])).slice(-LONGEST_STDERR);
        }
        return [];
      case 'error':
        execution.error = errorOf(content);
        return [];
      case 'execute_reply':
        return replied(execution, content);
      default:
        return [];
    }
  }

  function replied(execution: Execution, content: Record<string, unknown>): RecordedEvent[] {
    readCount(execution, content);
    const status = content['status'];
    // `abort` is tslab's spelling.
    if (status === 'aborted' || status === 'abort') return end(execution, 'aborted');
    if (status !== 'error') return end(execution, 'ok', undefined);
    const error = content['ename'] ? errorOf(content) : execution.error;
    if (error) return end(execution, stateOf(error), error);
    execution.failed = true;
    return execution.idle ? endWithText(execution) : [];
  }

  function idled(execution: Execution): RecordedEvent[] {
    if (!execution.own) return end(execution, stateOf(execution.error));
    execution.idle = true;
    return execution.failed ? endWithText(execution) : [];
  }

  /** The reply comes on another channel than the text that says what went wrong, and may come first. */
  function endWithText(execution: Execution): RecordedEvent[] {
    const known = errorInText(execution.stderr);
    return end(execution, stateOf(known), known);
  }

  return {
    receive({ direction, message }) {
      return direction === 'send' ? sent(message) : received(message);
    },
    status(status) {
      switch (status) {
        case 'restarting':
          return restarted(() => endAll('interrupted', RESTARTED));
        case 'autorestarting':
          return restarted(died);
        case 'dead':
          return [...died(), { id: newId(), time: now(), type: 'session-ended', killed: true }];
        case 'terminating':
          return [
            ...endAll('interrupted', SHUT_DOWN),
            { id: newId(), time: now(), type: 'session-ended' }
          ];
        default:
          isRestarting = false;
          return [];
      }
    },
    reset() {
      executions.clear();
      hidden.clear();
    }
  };
}

const DIED = { name: 'KernelDied', value: 'The kernel died while this cell ran' };
const RESTARTED = {
  name: 'KernelRestarted',
  value: 'The kernel was restarted while this cell ran'
};
const SHUT_DOWN = { name: 'KernelShutDown', value: 'The kernel was shut down while this cell ran' };

/** Jupyter's server says so only of a kernel that died; a restart by hand it does not announce. */
const isRestartOfServer = ({ header, content }: KernelMessage): boolean =>
  header.msg_type === 'status' && content['execution_state'] === 'restarting';

const isIdle = ({ header, content }: KernelMessage): boolean =>
  header.msg_type === 'status' && content['execution_state'] === 'idle';

/** Deterministic, so that a retry or a second tab of the same kind is dropped by the server; at most 64 characters. */
const eventId = (kind: string, messageId: string) => `${kind}-${messageId.slice(-52)}`;

const stateOf = (error: RecordedError | undefined): EndState =>
  error === undefined ? 'ok' : error.name === 'KeyboardInterrupt' ? 'interrupted' : 'error';

const errorOf = (content: Record<string, unknown>): RecordedError => ({
  name: textOf(content['ename']),
  value: textOf(content['evalue']).slice(0, LONGEST_ERROR)
});

function readCount(execution: Execution, content: Record<string, unknown>): void {
  const count = content['execution_count'];
  if (typeof count === 'number' && Number.isInteger(count)) execution.count = count;
}

/** JupyterLab sends the cell's id and metadata along with the request. */
function cellOf(metadata: Record<string, unknown>): Pick<Execution, 'cellId' | 'step' | 'tags'> {
  const ours = metadata['stepladder'];
  const step =
    typeof ours === 'object' && ours !== null ? (ours as { step?: unknown }).step : undefined;
  const tags = Array.isArray(metadata['tags']) ? metadata['tags'] : [];
  return {
    tags: tags.filter(tag => typeof tag === 'string'),
    ...(typeof metadata['cellId'] === 'string' ? { cellId: metadata['cellId'] } : {}),
    ...(typeof step === 'string' ? { step } : {})
  };
}
