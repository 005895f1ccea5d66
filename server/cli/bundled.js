// The server as one file starts in a third of the time that its several hundred take. Set-up makes it; where a source has been
// edited since, the sources run.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const IGNORED = new Set(['setup', 'lib']);

/** @returns {string | undefined} the bundle's main file, where it is of the present sources. */
export function presentBundle() {
  const main = at('bundle/main.cjs');
  try {
    const made = statSync(main).mtimeMs;
    if (statSync(at('package-lock.json')).mtimeMs > made) return undefined;
    return newerThan(at('server'), made) ? undefined : main;
  } catch {
    return undefined;
  }
}

function newerThan(folder, time) {
  return readdirSync(folder, { withFileTypes: true }).some(entry => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return !IGNORED.has(entry.name) && newerThan(path, time);
    return !entry.name.includes('.test.') && statSync(path).mtimeMs > time;
  });
}
