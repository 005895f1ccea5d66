// Files that analysis reads at start, all in one place: a bundle lays them beside itself, a checkout finds them in npm packages.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

function asset(name: string, otherwise: () => string): string {
  const beside = fileURLToPath(new URL(basename(name), import.meta.url));
  return existsSync(beside) ? beside : otherwise();
}

const ours = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const assets = {
  parserWasm: () =>
    asset('web-tree-sitter.wasm', () => require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  pythonWasm: () =>
    asset('tree-sitter-python.wasm', () =>
      require.resolve('tree-sitter-python/tree-sitter-python.wasm')
    ),
  pythonKnowledge: () =>
    asset('python-libraries.json', () => ours('knowledge/python-libraries.json')),
  pythonNames: () => asset('python-names.json', () => ours('knowledge/python-names.json')),
  typescriptKnowledge: () =>
    asset('typescript-libraries.json', () => ours('knowledge/typescript-libraries.json'))
};
