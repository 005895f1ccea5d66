// The server as one file with what it reads beside it: what the wheel carries, so that pip alone installs it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { at } from './places.mjs';

export const bundle = at('dist', 'server');
const require = createRequire(import.meta.url);

const COMMONJS = [
  "import { createRequire as makeRequire } from 'node:module';",
  'const require = makeRequire(import.meta.url);',
  'const { filename: __filename, dirname: __dirname } = import.meta;'
].join('\n');
const KNOWLEDGE = at('server', 'analysis', 'knowledge');

// Read at run time, from beside the file that reads them (server/analysis/assets.ts, server/database/migrate.ts).
const beside = () => [
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  require.resolve('tree-sitter-python/tree-sitter-python.wasm'),
  ...readdirSync(KNOWLEDGE)
    .filter(name => name.endsWith('.json'))
    .map(name => join(KNOWLEDGE, name)),
  at('server', 'database', 'migrations')
];

// What is read late asks for `require`, which a module must make for itself; a bundle has one that its builder sees through.
const lazyParts = {
  name: 'lazy-parts',
  setup(build) {
    build.onLoad({ filter: /[/\\]lazy(-[\w-]+)?\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^const require = .*$/m, ''),
      loader: 'ts'
    }));
  }
};

export async function bundleServer() {
  const { build } = await import('esbuild');
  rmSync(bundle, { recursive: true, force: true });
  mkdirSync(bundle, { recursive: true });
  await build({
    entryPoints: [at('server', 'cli', 'main.ts')],
    outfile: join(bundle, 'main.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'linked',
    logLevel: 'silent',
    plugins: [lazyParts],
    // Some packages are written for CommonJS, and use what a module does not have.
    banner: { js: COMMONJS }
  });
  for (const path of beside()) {
    cpSync(path, join(bundle, basename(path)), { recursive: true });
  }
  const { name, version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  // Where the server looks for its version: the folder above, which in the wheel is the Python package.
  writeFileSync(
    join(dirname(bundle), 'server-package.json'),
    `${JSON.stringify({ name, version, type: 'module' })}\n`
  );
}
