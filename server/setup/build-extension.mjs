// The labextension: compiled and bundled when its sources are not those of the last time.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { at, labextension, root, serverNode } from './places.mjs';
import { step } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const SOURCES = [
  'extension',
  'kernel-bridge/capture',
  'kernel-bridge/delivery',
  'server/contract',
  'style'
];
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'kernel-bridge/tsconfig.json',
  'install.json'
];
const STAMP = at('dist', 'labextension.stamp');

export async function buildExtension() {
  const stamp = fingerprint();
  if (
    existsSync(join(labextension, 'package.json')) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === stamp
  )
    return;
  await step('JupyterLab extension', async () => {
    const node = serverNode() ?? process.execPath;
    await runCommand([node, at('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'extension'], {
      fails: 'The JupyterLab extension does not compile',
      remedy: 'The compiler says above where; a fresh clone of a released version compiles.'
    });
    await runCommand(
      [
        node,
        at('node_modules', '@jupyter', 'builder', 'lib', 'build-labextension.js'),
        '--core-package-file',
        at('node_modules', '@jupyterlab', 'core-meta', 'core.package.json'),
        root
      ],
      {
        fails: 'The JupyterLab extension could not be bundled',
        remedy: 'See what the bundler says above.'
      }
    );
    copyFileSync(at('install.json'), join(labextension, 'install.json'));
    writeFileSync(STAMP, stamp);
  });
}

function fingerprint() {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const full = at(path);
    const found = statSync(full, { throwIfNoEntry: false });
    if (!found) return;
    if (found.isDirectory()) for (const name of readdirSync(full).sort()) add(`${path}/${name}`);
    else hash.update(path).update('\0').update(readFileSync(full)).update('\0');
  };
  [...SOURCES, ...SETTINGS].forEach(add);
  return hash.digest('hex');
}
