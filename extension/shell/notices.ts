// What went wrong last when the user asked for something: said in the sidebar and the status item until it is put away.
import { type ISignal, Signal } from '@lumino/signaling';
import { asCallError, type CallError } from '../client/call-error.ts';

export interface Notices {
  readonly current: CallError | undefined;
  readonly changed: ISignal<Notices, void>;
  clear(): void;
  act<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
}

export function createNotices(): Notices {
  let current: CallError | undefined;
  const set = (next: CallError | undefined) => {
    if (current === next) return;
    current = next;
    changed.emit();
  };
  const notices: Notices = {
    get current() {
      return current;
    },
    get changed() {
      return changed;
    },
    clear: () => set(undefined),
    async act(work) {
      set(undefined);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Error && error.name === 'CallError')) console.error(error);
        set(asCallError(error));
        return undefined;
      }
    }
  };
  const changed = new Signal<Notices, void>(notices);
  return notices;
}
