// Puts SQLite's write-ahead log on the disk beside the event loop: whoever waits for it holds up nobody else, and one sync
// answers for all commits before it.
import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. */
const SOON = 10;

export interface LogSync {
  /** Resolves when everything written before the call is on the disk. */
  sync(): Promise<void>;
  /** The same some milliseconds later, one for all calls meanwhile: a loop that logs does not compete with its own syncs. */
  syncSoon(): Promise<void>;
  /** After the last sync has resolved. */
  close(): void;
}

export function openLogSync(file: string): LogSync {
  if (file === ':memory:') {
    const nothing = async () => {};
    return { sync: nothing, syncSoon: nothing, close: () => {} };
  }
  const log = openSync(`${file}-wal`, 'r+');
  syncFolder(dirname(file));
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let later: Promise<void> | undefined;

  function start(): Promise<void> {
    const done = new Promise<void>((resolve, reject) =>
      fdatasync(log, error => (error ? reject(error) : resolve()))
    );
    const over = () => void (running = undefined);
    running = done;
    done.then(over, over);
    return done;
  }

  function sync(): Promise<void> {
    if (!running) return start();
    // The one under way may have begun before the last write.
    const begin = () => {
      next = undefined;
      return start();
    };
    return (next ??= running.then(begin, begin));
  }

  return {
    sync,
    syncSoon() {
      const begin = () => {
        later = undefined;
        return sync();
      };
      return (later ??= delay(SOON).then(begin));
    },
    close: () => closeSync(log)
  };
}

/** A new file is found after a power cut only when its folder knows of it. Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
