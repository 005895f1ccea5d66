// When a Python kernel shows no hook of ours (it runs on another machine, or was started without our environment), one silent
// request begins it. Which kernels may be asked at all, `kernel-dialect.ts` says; the request does nothing where a hook is.

/** What the kernel answered, as `remote_startup.py` says it. */
export type HookOutcome = (typeof OUTCOMES)[number];
const OUTCOMES = ['present', 'begun', 'no-package', 'out-of-reach', 'failed'] as const;

/** From Jupyter's server extension. */
export interface KernelStartup {
  /** Python, run with `given` in its namespace. */
  program: string;
  given: Record<string, unknown>;
  /** Jupyter has its kernels from a gateway. */
  remote: boolean;
}

export interface HookRequestParts {
  /** Undefined while nobody knows an address to tell the kernel. */
  startup(): KernelStartup | undefined;
  /** Jupyter started this kernel in its own environment: the hook is there or comes in a moment. */
  inherits(): boolean;
  /** Whether the server has heard the kernel's hook; undefined when it cannot be asked. */
  hasHook(): Promise<boolean | undefined>;
  /** What the kernel answers; undefined when it did not come to run the request. */
  send(startup: KernelStartup): Promise<HookOutcome | undefined>;
  /** A kernel that has just started needs a moment until its hook has been heard. */
  grace(): Promise<void>;
  onOutcome(outcome: HookOutcome): void;
}

export interface HookRequest {
  /** The kernel is known to take our hook and has nothing to do. Harmless at any time. */
  look(): void;
  /** The server is there again: what could not be reached before may be reached now. */
  serverBack(): void;
  /** A cell is about to be sent to a kernel that takes our hook: what is sent now comes before it. */
  beforeCell(): void;
  /** The kernel begins another life. */
  restarted(): void;
}

export function createHookRequest(parts: HookRequestParts): HookRequest {
  let state: 'unknown' | 'looking' | 'sent' | 'settled' = 'unknown';
  /** Of the latest work: an answer to earlier work, or to an earlier life's, comes too late. */
  let turn = 0;
  let outcome: HookOutcome | undefined;
  /** An earlier life of this kernel had to be asked, so every life has. */
  let comesWithout = false;

  async function hasHook(): Promise<boolean | undefined> {
    const heard = await parts.hasHook();
    if (heard !== false || !parts.inherits()) return heard;
    await parts.grace();
    return parts.hasHook();
  }

  async function find(): Promise<void> {
    const mine = ++turn;
    state = 'looking';
    const heard = comesWithout ? false : await hasHook();
    if (turn !== mine) return;
    const startup = parts.startup();
    if (!startup || heard === undefined) state = 'unknown';
    else if (heard) state = 'settled';
    else await ask(startup);
  }

  async function ask(startup: KernelStartup): Promise<void> {
    const mine = ++turn;
    state = 'sent';
    const answer = await parts.send(startup).catch(() => undefined);
    if (turn !== mine) return;
    outcome = answer;
    // Without an answer: a cell that failed before it took it along, or the connection went.
    state = answer ? 'settled' : 'unknown';
    if (!answer) return;
    comesWithout = answer !== 'present';
    parts.onOutcome(answer);
  }

  return {
    look() {
      if (state === 'unknown') void find();
    },
    serverBack() {
      if (state === 'unknown' || (state === 'settled' && outcome === 'out-of-reach')) void find();
    },
    beforeCell() {
      const isOpen = state === 'unknown' || state === 'looking';
      const startup = parts.startup();
      if (isOpen && startup && !parts.inherits()) void ask(startup);
    },
    restarted() {
      turn += 1;
      state = 'unknown';
      outcome = undefined;
    }
  };
}

/** Asked for along with the silent request; names nothing that the user may have renamed. */
export const OUTCOME_EXPRESSION =
  "getattr(__import__('IPython').get_ipython(), '_stepladder_outcome', '')";

/** Runs the program in a namespace of its own. A JSON string is a Python string. */
export function hookCode(
  { program, given }: KernelStartup,
  kernel: string,
  notebook: string
): string {
  const text = (value: string) => JSON.stringify(value);
  const all = text(JSON.stringify({ ...given, kernel, notebook }));
  return `__import__('builtins').exec(${text(program)}, {'__name__': 'stepladder.remote_startup', 'given': ${all}})`;
}

/** Reads the reply: the expression's value is the `repr` of a string. */
export function outcomeOf(reply: Record<string, unknown>): HookOutcome | undefined {
  if (reply['status'] === 'aborted') return undefined;
  const expressions = reply['user_expressions'] as
    Record<string, { data?: Record<string, unknown> }> | undefined;
  const shown = expressions?.['stepladder']?.data?.['text/plain'];
  return OUTCOMES.find(outcome => shown === `'${outcome}'`) ?? 'failed';
}
