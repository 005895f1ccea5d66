/// <reference types="node" />
// Uploads one after the other, each until the server has it or refuses it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused, type ServerCalls } from './server-calls.ts';
import type { UploadFiles, UploadTask, WaitingUpload } from './upload-files.ts';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

export interface UploadParts {
  calls: ServerCalls;
  /** Where they wait; without one nothing outlives the process. */
  files: UploadFiles | undefined;
  /** What has to have arrived before. @returns whether it has. */
  before(): Promise<boolean>;
}

export function createUploads({ calls, files, before }: UploadParts) {
  let queue: Promise<void> = Promise.resolve();

  function send(upload: WaitingUpload): Promise<void> {
    return upload.kind === 'artifact' ? calls.uploadArtifact(upload) : calls.uploadModel(upload);
  }

  async function deliver(upload: WaitingUpload): Promise<void> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        if (await before()) {
          await send(upload);
          return upload.done();
        }
      } catch (error) {
        if (error instanceof Refused) {
          process.emitWarning(
            `stepladder: the server did not take the ${upload.kind === 'model' ? 'model' : 'file'} "${upload.name}": ${error.message}`
          );
          return upload.done();
        }
      }
      // A program that has ended does not wait for a server that is away: the next one delivers what is left.
      await new Promise(done => setTimeout(done, pause).unref());
    }
  }

  const enqueue = (upload: WaitingUpload): void => {
    queue = queue.then(() => deliver(upload));
  };

  return {
    /** Copies now, uploads in the background. @throws what `copy` throws. */
    add(task: UploadTask, copy: (content: string) => void): void {
      enqueue(files ? files.add(task, copy) : copyForNow(task, copy));
    },
    takeOver(): void {
      files?.left().forEach(enqueue);
    },
    settled: (): Promise<void> => queue
  };
}

/** A copy that nobody takes over. @throws what `copy` throws. */
export function copyForNow(task: UploadTask, copy: (content: string) => void): WaitingUpload {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-upload-'));
  const done = () => rmSync(folder, { recursive: true, force: true });
  const content = join(folder, 'content');
  try {
    copy(content);
  } catch (error) {
    done();
    throw error;
  }
  return {
    ...task,
    content,
    done,
    keep(made) {
      this.made = made;
    }
  };
}
