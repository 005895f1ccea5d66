// node_modules as the lock file says. npm notes what it installed in node_modules/.package-lock.json, last of all.
import { readFileSync } from 'node:fs';
import { at, serverNode } from './places.mjs';
import { SetupError, step } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Package
 * @typedef {Record<string, Package>} Packages
 */

export async function installNodePackages() {
  if (!packagesMatch()) {
    await step('Node packages (npm ci)', () =>
      runCommand([...npm(), 'ci', '--no-progress'], {
        fails: 'The Node packages could not be installed',
        remedy:
          'See what npm says above; it needs the package registry to be reachable, and free disk space.'
      })
    );
  }
  if (!serverNode()) {
    throw new SetupError(
      `The server needs Node 24, and the packages hold none for ${process.platform} on ${process.arch}; this is Node ${process.versions.node}`,
      'Install Node 24 or newer (https://nodejs.org), and run this again with it.'
    );
  }
}

function packagesMatch() {
  const wanted = readPackages(at('package-lock.json'));
  const installed = readPackages(at('node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    // An optional package is left out where it does not fit the platform.
    if (!present && optional) continue;
    if (!present || present.version !== version || present.integrity !== integrity) return false;
  }
  return Object.keys(installed).every(path => path in wanted);
}

/** @param {string} file @returns {Packages | undefined} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @returns {[string, ...string[]]} the npm that runs this, else the one on the path */
function npm() {
  const running = process.env['npm_execpath'];
  return running?.endsWith('.js') ? [process.execPath, running] : ['npm'];
}
