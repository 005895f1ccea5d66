// How the companion server stands, asked of Jupyter's server extension, which starts and watches it.
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

export interface ServerState {
  /**
   * `unwritable`: it answers but cannot keep what it is given; `missing`: Jupyter has no server extension of ours;
   * `unreachable`: Jupyter does not answer.
   */
  state: 'checking' | 'ready' | 'starting' | 'unwritable' | 'failed' | 'missing' | 'unreachable';
  detail: string;
  remedy: string;
  /** Absolute folder that notebook paths start from. */
  workspace: string;
}

export interface ServerStatus {
  readonly now: ServerState;
  readonly changed: ISignal<ServerStatus, ServerState>;
  /** The server answers, but cannot keep what it is given; undefined when it can again. */
  cannotStore(problem: { detail: string; remedy?: string | undefined } | undefined): void;
  /** Asks at once: after a failed call, or on the user's "Try again". */
  check(): Promise<void>;
  dispose(): void;
}

const CALM = 30_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 10_000;

export function createStatus(settings: ServerConnection.ISettings): ServerStatus {
  let asked: ServerState = { state: 'checking', detail: '', remedy: '', workspace: '' };
  let trouble: { detail: string; remedy: string } | undefined;
  let now = asked;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: Promise<void> | undefined;
  let wait = FIRST_RETRY;
  let disposed = false;

  const ask = async () => {
    const next = await readState(settings);
    asking = undefined;
    if (disposed) return;
    wait = next.state === 'ready' ? FIRST_RETRY : Math.min(wait * 1.5, LAST_RETRY);
    clearTimeout(timer);
    timer = setTimeout(() => void status.check(), next.state === 'ready' ? CALM : wait);
    asked = { ...next, workspace: next.workspace || asked.workspace };
    tell();
  };
  const tell = () => {
    // A server that is away has worse to say than that its disk is full.
    const next: ServerState =
      trouble && asked.state === 'ready' ? { ...asked, ...trouble, state: 'unwritable' } : asked;
    if (JSON.stringify(next) === JSON.stringify(now)) return;
    now = next;
    changed.emit(now);
  };
  const status: ServerStatus = {
    get now() {
      return now;
    },
    get changed() {
      return changed;
    },
    cannotStore(problem) {
      trouble = problem && { detail: problem.detail, remedy: problem.remedy ?? '' };
      tell();
    },
    check: () => (asking ??= ask()),
    dispose() {
      disposed = true;
      clearTimeout(timer);
      Signal.clearData(status);
    }
  };
  const changed = new Signal<ServerStatus, ServerState>(status);
  void status.check();
  return status;
}

async function readState(settings: ServerConnection.ISettings): Promise<ServerState> {
  const url = URLExt.join(settings.baseUrl, 'stepladder/status');
  try {
    const response = await ServerConnection.makeRequest(url, { cache: 'no-store' }, settings);
    if (response.status === 404) {
      return failure(
        'missing',
        "Jupyter's Stepladder server extension is not enabled",
        'Run "jupyter server extension enable stepladder" and restart JupyterLab'
      );
    }
    if (!response.ok)
      return failure('failed', `Jupyter answers with status ${response.status}`, 'Reload the page');
    const said = (await response.json()) as Partial<ServerState>;
    return {
      state: said.state ?? 'failed',
      detail: said.detail ?? '',
      remedy: said.remedy ?? '',
      workspace: said.workspace ?? ''
    };
  } catch {
    return failure(
      'unreachable',
      'JupyterLab itself cannot be reached',
      'See whether its process still runs'
    );
  }
}

function failure(state: ServerState['state'], detail: string, remedy: string): ServerState {
  return { state, detail, remedy, workspace: '' };
}
