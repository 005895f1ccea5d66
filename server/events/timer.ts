/** Calls `work` again and again until stopped; injected so that tests own time. Never keeps a process alive. */
export type Repeat = (milliseconds: number, work: () => void) => () => void;

export const systemRepeat: Repeat = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
};
