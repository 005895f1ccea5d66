// What went wrong last when the user asked for something: said in the sidebar and the status item until it is put away.
import { Notification } from '@jupyterlab/apputils';
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

/** For pages without a status bar, as Notebook 7's are: the sidebar, which says it too, may be closed there. */
export function notifyOf(notices: Notices): void {
  let shown: string | undefined;
  notices.changed.connect(() => {
    if (shown !== undefined) Notification.dismiss(shown);
    const problem = notices.current?.problem;
    const text = [problem?.detail, problem?.remedy].filter(Boolean).join('. ');
    shown = problem && Notification.error(text, { autoClose: false });
  });
}
