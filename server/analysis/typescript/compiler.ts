// The TypeScript compiler, of which only the parser is used. Asked for as what it is: an `import` would first read its 9 MB for signs
// of a module and then for the names it exports, which takes half as long again.
import { createRequire } from 'node:module';
import type TypeScript from 'typescript';
const require = createRequire(import.meta.url);

export const ts = require('typescript') as typeof TypeScript;
