// Work that many things ask for: done once when they have been quiet for a moment, never twice at the same time.

export interface Paced {
  /** After the pause; each call begins the pause anew, but not for longer than ten pauses. */
  soon(): void;
  now(): void;
  stop(): void;
}

/** A failure of the work is its own business: who can say it, catches it; the rest is tried again with the next cause. */
export function paced(pause: number, work: () => Promise<void>): Paced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | undefined;
  let busy = false;
  let again = false;
  let stopped = false;

  const run = async () => {
    clearTimeout(timer);
    timer = since = undefined;
    if (busy) return void (again = true);
    busy = true;
    await work().catch(() => undefined);
    busy = false;
    if (again) paced.soon();
    again = false;
  };
  const paced: Paced = {
    soon() {
      if (stopped) return;
      since ??= Date.now();
      if (Date.now() - since > pause * 10) return;
      clearTimeout(timer);
      timer = setTimeout(() => void run(), pause);
    },
    now: () => void run(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    }
  };
  return paced;
}
