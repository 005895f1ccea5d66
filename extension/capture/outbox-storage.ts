// Where undelivered events outlive the page: IndexedDB, one record a page, so that two tabs do not overwrite each other.
import type { OutboxStorage, SessionBatch } from '../../kernel-bridge/delivery/outbox.ts';

const DATABASE = 'stepladder';
const STORE = 'outbox';

/** Takes over what earlier pages left; what another open tab sends too is dropped by the server, which knows each event's id. */
export function createOutboxStorage(page: string): OutboxStorage {
  const database = open();
  let takenOver: IDBValidKey[] = [];
  return {
    async load() {
      const store = (await database).transaction(STORE).objectStore(STORE);
      const [keys, left] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      takenOver = keys;
      return (left as SessionBatch[][]).flat();
    },
    async save(batches) {
      const store = (await database).transaction(STORE, 'readwrite').objectStore(STORE);
      if (batches.length > 0) return void (await done(store.put(batches, page)));
      await Promise.all([page, ...takenOver].map(key => done(store.delete(key))));
      takenOver = [];
    }
  };
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const opened = done(request);
  // Said to whoever loads or saves; a private window may have no storage at all.
  opened.catch(() => undefined);
  return opened;
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}
