// A path of an artifact as a file of a local folder, and what the file system says in words.
import { join } from 'node:path';
import { problem } from '../contract/problem.ts';

/** Bytes held of a file on its way: several of what a socket gives at once, since each trip to the disk costs. */
export const IN_FLIGHT = 512 * 1024;

/** A colon names a hidden stream on Windows, nothing elsewhere. */
const BAD_CHARACTERS = process.platform === 'win32' ? /[\\\0:#]/ : /[\\\0#]/;

/** A full disk passes; a file where a folder is wanted, or a name too long, is the caller's. */
export function asProblem(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(code)) {
    return problem(
      'storage_unavailable',
      `The artifact "${path}" could not be written: ${message}`,
      {
        remedy: 'Free disk space or make the data folder writable, then send it again'
      }
    );
  }
  if (code && ['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY', 'ENAMETOOLONG'].includes(code)) {
    return problem(
      'invalid_request',
      `"${path}" cannot be written: a part of it is a file, or it is a folder, or its name is too long`
    );
  }
  return error;
}

/** @throws invalid_request for anything that is not a plain relative path. */
export function resolveArtifact(root: string, path: string): string {
  const segments = path.split('/');
  const isPlain = segments.every(
    segment =>
      segment !== '' && segment !== '.' && segment !== '..' && !BAD_CHARACTERS.test(segment)
  );
  if (!isPlain || /^[a-z]:/i.test(path))
    throw problem('invalid_request', `"${path}" is not a path of an artifact`, {
      remedy: 'Give a relative path without ".."'
    });
  return join(root, ...segments);
}
