// `.venv`: a virtual environment with exactly what the lock file says, put there by uv, which is put there by pip.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, venv, venvBin, venvPython } from './places.mjs';
import { SetupError, step } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const LOCK = at('kernel-bridge', 'python', 'requirements.txt');
const UV = at('kernel-bridge', 'python', 'installer.txt');
const STAMP = join(venv, 'stepladder-stamp');
const OLDEST = [3, 10];
const CANDIDATES =
  process.platform === 'win32'
    ? ['python', 'py']
    : ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const INSTALL_PYTHON =
  'Install Python 3.10 or newer (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; Windows: python.org), and run this again.';

export async function installPythonEnvironment() {
  const stamp = currentStamp();
  if (existsSync(venvPython) && readStamp() === stamp) return;
  if (!existsSync(venvPython) || placeOf(readStamp()) !== placeOf(stamp)) await makeVenv();
  await step('Python packages (JupyterLab, pandas, scikit-learn, MLflow …)', () =>
    runCommand(
      [
        join(venvBin, 'uv'),
        'pip',
        'install',
        '--python',
        venvPython,
        '--require-hashes',
        '-r',
        LOCK
      ],
      {
        fails: 'The Python packages could not be installed',
        remedy:
          'See what uv says above; it needs the package index to be reachable, and about 600 MB of free disk space.'
      }
    )
  );
  writeFileSync(STAMP, stamp);
}

async function makeVenv() {
  const python = await findPython();
  await step('Python environment (.venv)', async () => {
    rmSync(venv, { recursive: true, force: true });
    await runCommand([python, '-m', 'venv', venv], {
      fails: 'The virtual environment .venv could not be made',
      remedy:
        'Python needs its modules "venv" and "ensurepip" (Debian, Ubuntu: apt install python3-venv).'
    });
    await runCommand(
      [
        venvPython,
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--require-hashes',
        '-r',
        UV
      ],
      {
        fails: 'uv, which installs the Python packages, could not be installed',
        remedy: 'See what pip says above; it needs the package index to be reachable.'
      }
    );
  });
}

/** @returns {Promise<string>} the first Python of the path that is new enough */
async function findPython() {
  const found = [];
  for (const name of CANDIDATES) {
    const version = await versionOf(name);
    if (!version) continue;
    if (version[0] === OLDEST[0] && version[1] >= OLDEST[1]) return name;
    found.push(`${name} is ${version.join('.')}`);
  }
  const what = found.length > 0 ? `is too old: ${found.join(', ')}` : 'was not found on the path';
  throw new SetupError(
    `Stepladder needs Python ${OLDEST.join('.')} or newer, which ${what}`,
    INSTALL_PYTHON
  );
}

/** @param {string} name @returns {Promise<number[] | undefined>} */
async function versionOf(name) {
  try {
    const printed = await runCommand([name, '-c', 'import sys; print(*sys.version_info[:2])'], {
      fails: name,
      remedy: ''
    });
    return printed.trim().split(' ').map(Number);
  } catch {
    return undefined;
  }
}

// A virtual environment knows its own path, so one that was moved is made anew.
function currentStamp() {
  const locks = createHash('sha256')
    .update(readFileSync(LOCK))
    .update(readFileSync(UV))
    .digest('hex');
  return `${venv}\n${locks}\n`;
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
}

/** @param {string} stamp */
const placeOf = stamp => stamp.split('\n', 1)[0];
