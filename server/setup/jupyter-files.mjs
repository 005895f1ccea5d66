// What makes JupyterLab in `.venv` find our parts in this clone: the same places that the wheel fills for others.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { at, labextension, serverNode, venv, venvBin } from './places.mjs';

const windows = process.platform === 'win32';
const shared = (/** @type {string[]} */ ...parts) => join(venv, 'share', 'jupyter', ...parts);

export function writeJupyterFiles() {
  const node = serverNode() ?? process.execPath;
  const config = (/** @type {string[]} */ ...parts) =>
    readFileSync(at('kernel-bridge', 'python', 'jupyter-config', ...parts), 'utf8');
  put(
    join(venv, 'etc', 'jupyter', 'jupyter_server_config.d', 'stepladder.json'),
    config('server', 'stepladder.json')
  );
  put(
    join(venv, 'etc', 'ipython', 'startup', '50-stepladder.py'),
    config('ipython', '50-stepladder.py')
  );
  put(shared('lab', 'settings', 'overrides.json'), config('lab', 'overrides.json'));
  put(shared('kernels', 'tslab', 'kernel.json'), typescriptKernel(node));
  put(join(sitePackages(), 'stepladder-clone.pth'), `${at('kernel-bridge', 'python')}\n`);
  // JupyterLab brings JavaScript of its own, which is not written in the module system that our package.json names.
  put(join(venv, 'package.json'), '{}\n');
  putCommand(node);
  link(labextension, shared('labextensions', 'stepladder'));
}

/** @param {string} node */
function typescriptKernel(node) {
  const tslab = at('node_modules', 'tslab', 'bin', 'tslab');
  const spec = {
    argv: [node, tslab, 'kernel', '--config-path', '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'signal'
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/** `stepladder` on the path of the environment. @param {string} node */
function putCommand(node) {
  const main = at('server', 'cli', 'stepladder.js');
  const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", `'\\''`)}'`;
  if (windows) put(join(venvBin, 'stepladder.cmd'), `@"${node}" "${main}" %*\r\n`);
  else
    put(join(venvBin, 'stepladder'), `#!/bin/sh\nexec ${quote(node)} ${quote(main)} "$@"\n`, 0o755);
}

function sitePackages() {
  if (windows) return join(venv, 'Lib', 'site-packages');
  const version = readdirSync(join(venv, 'lib')).find(name => name.startsWith('python3'));
  return join(venv, 'lib', version ?? 'python3', 'site-packages');
}

/** @param {string} file @param {string} content @param {number} [mode] */
function put(file, content, mode = 0o644) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** @param {string} target @param {string} place */
function link(target, place) {
  try {
    if (readlinkSync(place) === target) return;
  } catch {
    // Nothing there yet, or not a link.
  }
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place, 'junction');
}
