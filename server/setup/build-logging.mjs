// The logging API of TypeScript as a package that plain Node loads and npm publishes: one JavaScript file and its types.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { at } from './places.mjs';

const SOURCE = at('kernel-bridge', 'typescript');

export async function buildLogging(folder = at('dist', 'stepladder-log')) {
  const { build } = await import('esbuild');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(SOURCE, 'logging.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'silent'
  });
  cpSync(join(SOURCE, 'stepladder-log.d.ts'), join(folder, 'index.d.ts'));
  const { name, description, license } = JSON.parse(
    readFileSync(join(SOURCE, 'package.json'), 'utf8')
  );
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  const description_ = {
    name,
    version,
    description,
    license,
    type: 'module',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    main: './index.js',
    types: './index.d.ts',
    engines: { node: '>=20' }
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description_, null, 2)}\n`);
  return folder;
}

if (process.argv[1] === import.meta.filename) {
  console.log(await buildLogging(process.argv[2] && resolve(process.argv[2])));
}
