// Puts SQLite's write-ahead log on the disk beside the event loop: a commit is acknowledged when it is there, but nobody
// else waits meanwhile, and one sync answers for all commits before it.
import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogSync {
  /** Resolves when everything written before the call is on the disk. */
  sync(): Promise<void>;
  /** After the last sync has resolved. */
  close(): void;
}

export function openLogSync(file: string): LogSync {
  if (file === ':memory:') return { sync: async () => {}, close: () => {} };
  const log = openSync(`${file}-wal`, 'r+');
  syncFolder(dirname(file));
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    const done = new Promise<void>((resolve, reject) =>
      fdatasync(log, error => (error ? reject(error) : resolve()))
    );
    const over = () => void (running = undefined);
    running = done;
    done.then(over, over);
    return done;
  }

  return {
    sync() {
      if (!running) return start();
      // The one under way may have begun before the last write.
      const begin = () => {
        next = undefined;
        return start();
      };
      return (next ??= running.then(begin, begin));
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
