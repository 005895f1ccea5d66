// A path of an artifact as a client names it. It is checked here and nowhere else; the stores refuse what is not plain once more.
import { problem } from '../contract/problem.ts';

/** Escapes within escapes hide `..` from a single look; nobody needs more than these. */
const DEPTH = 8;

/** @returns the path with single slashes. @throws invalid_request in MLflow's words for one that leaves its root. */
export function checkArtifactPath(path: string): string {
  const plain = unescapeFully(path);
  const isBad =
    plain === undefined ||
    /^\/|^[a-z]:|[\\\0#]/i.test(plain) ||
    // Half a character is in no name of a file.
    /\p{Surrogate}/u.test(plain) ||
    plain.split('/').some(segment => segment === '..');
  if (isBad) throw problem('invalid_request', 'Invalid path');
  return path
    .split('/')
    .filter(segment => segment !== '' && segment !== '.')
    .join('/');
}

function unescapeFully(path: string): string | undefined {
  let plain = path;
  for (let pass = 0; pass < DEPTH; pass += 1) {
    const next = plain.replace(/(%[0-9a-f]{2})+/gi, decode);
    if (next === plain) return plain;
    plain = next;
  }
  return undefined;
}

/** Bytes that are no text stay escaped: they cannot be a separator. */
function decode(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
