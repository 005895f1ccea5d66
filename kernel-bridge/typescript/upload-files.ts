/// <reference types="node" />
// Files and models that wait for their upload: a folder each, with a copy of the content, so that a process that ends loses none.
// The next process takes over those of processes that ended.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, outboxFolder } from './outbox-folder.ts';

export interface UploadTask {
  kind: 'artifact' | 'model';
  sessionId: string;
  notebook?: string | undefined;
  /** The run that it was logged to, when it was begun by hand. */
  run?: string | undefined;
  /** Of the file within the run, or of the logged model. */
  name: string;
  /** Folder within the run's artifacts. */
  folder: string;
  /** What an attempt before this one has made already. */
  made?: { runId: string; modelId: string };
}

export interface WaitingUpload extends UploadTask {
  /** The copy. */
  content: string;
  /** Remembers what an attempt has made, also for the next process. */
  keep(made: NonNullable<UploadTask['made']>): void;
  /** It has arrived, or never will. */
  done(): void;
}

export interface UploadFiles {
  /** Copies now. @throws what `copy` throws, and when too much waits already. */
  add(task: UploadTask, copy: (content: string) => void): WaitingUpload;
  /** Those that processes that ended have left. */
  left(): WaitingUpload[];
}

const NAME = /^typescript-(\d+)-\d+-\d+\.upload$/;
const MOST_WAITING = 1000;

export function uploadFiles(server: string, environment: NodeJS.ProcessEnv): UploadFiles {
  const root = outboxFolder(server, environment);
  let count = 0;

  function waiting(name: string, task: UploadTask): WaitingUpload {
    const folder = join(root, name);
    return {
      ...task,
      content: join(folder, 'content'),
      keep(made) {
        this.made = made;
        writeFileSync(join(folder, 'task.json'), JSON.stringify({ ...task, made }), {
          mode: 0o600
        });
      },
      done: () => rmSync(folder, { recursive: true, force: true })
    };
  }

  return {
    add(task, copy) {
      if (names(root).length >= MOST_WAITING)
        throw new Error(`More than ${MOST_WAITING} files wait for the server already`);
      const name = `typescript-${process.pid}-${Date.now()}-${(count += 1)}.upload`;
      const upload = waiting(name, task);
      mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
      try {
        copy(upload.content);
        // Last: without it the copy may be half a copy.
        writeFileSync(join(root, name, 'task.json'), JSON.stringify(task), { mode: 0o600 });
      } catch (error) {
        upload.done();
        throw error;
      }
      return upload;
    },
    left: () =>
      names(root).flatMap(name => {
        if (isAlive(Number(NAME.exec(name)![1]))) return [];
        const folder = join(root, name);
        try {
          statSync(join(folder, 'content'));
          const task = JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')) as UploadTask;
          return [waiting(name, task)];
        } catch {
          rmSync(folder, { recursive: true, force: true });
          return [];
        }
      })
  };
}

function names(root: string): string[] {
  try {
    return readdirSync(root)
      .filter(name => NAME.test(name))
      .sort();
  } catch {
    return [];
  }
}
