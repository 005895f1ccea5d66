// The server as one file with what it reads beside it: what starts fastest in a clone, and what the wheel carries so that pip
// alone installs it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { presentBundle } from '../cli/bundled.js';
import { at } from './places.mjs';
import { step } from './progress.mjs';

// As deep as the parts of the server's own folder: `..` is the root of the clone, and in the wheel the Python package.
export const bundle = at('bundle');
const require = createRequire(import.meta.url);
const KNOWLEDGE = at('server', 'analysis', 'knowledge');

// What this file imports is compiled once a version, not once a start; the cache is the user's own, as in cli/compile-cache.ts.
const MAIN = `const { enableCompileCache } = require('node:module');
enableCompileCache(require('node:path').join(require('node:os').homedir(), '.cache', 'stepladder', 'compiled'));
require('./server.cjs');
`;

// Read at run time, from beside the file that reads them (server/analysis/assets.ts, server/database/migrate.ts, server/transfer/targets).
const beside = () => [
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  require.resolve('tree-sitter-python/tree-sitter-python.wasm'),
  ...readdirSync(KNOWLEDGE)
    .filter(name => name.endsWith('.json'))
    .map(name => join(KNOWLEDGE, name)),
  at('server', 'database', 'migrations'),
  at('server', 'transfer', 'targets', 'mlflow-tables.sql')
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

/** Does nothing where the bundle is of the present sources. */
export async function bundleServer() {
  if (!presentBundle()) await step('Server', makeBundle);
}

async function makeBundle() {
  const { build } = await import('esbuild');
  rmSync(bundle, { recursive: true, force: true });
  mkdirSync(bundle, { recursive: true });
  await build({
    entryPoints: {
      server: at('server', 'cli', 'main.ts'),
      'typescript-worker': at('server', 'executor', 'typescript-worker.ts')
    },
    outdir: bundle,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    // Not a module: as such, Node would load parts of itself that nobody asks for.
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'silent',
    plugins: [lazyParts],
    external: ['typescript'],
    define: {
      'import.meta.url': '__address',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename'
    },
    banner: { js: "const __address = require('node:url').pathToFileURL(__filename).href;" }
  });
  for (const path of beside()) cpSync(path, join(bundle, basename(path)), { recursive: true });
  copyTypeScript();
  // Last: without it there is no bundle.
  writeFileSync(join(bundle, 'main.cjs'), MAIN);
}

/** Larger than all the rest, and rarely needed: a package of its own, read when the first TypeScript cell is. */
function copyTypeScript() {
  const library = require.resolve('typescript');
  const place = join(bundle, 'node_modules', 'typescript');
  mkdirSync(join(place, 'lib'), { recursive: true });
  cpSync(library, join(place, 'lib', 'typescript.js'));
  for (const file of ['package.json', 'LICENSE.txt', 'ThirdPartyNoticeText.txt']) {
    cpSync(join(dirname(dirname(library)), file), join(place, file));
  }
}
