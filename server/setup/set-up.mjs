// Everything that a clone needs before JupyterLab can start; each part does nothing when it finds its work done.
import { buildExtension } from './build-extension.mjs';
import { bundleServer } from './bundle-server.mjs';
import { writeJupyterFiles } from './jupyter-files.mjs';
import { installNodePackages } from './node-packages.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { say, seconds } from './progress.mjs';
import { installPythonEnvironment } from './python-environment.mjs';
import { stopCommands } from './run-command.mjs';

export async function setUp() {
  say('Setting up Stepladder');
  try {
    await oneAtATime(async () => {
      const packages = installNodePackages();
      const python = installPythonEnvironment();
      await Promise.all([
        packages.then(buildExtension),
        packages.then(bundleServer),
        Promise.all([packages, python]).then(writeJupyterFiles)
      ]);
    });
  } finally {
    stopCommands();
  }
  say(`Set up (${seconds()})`);
}
