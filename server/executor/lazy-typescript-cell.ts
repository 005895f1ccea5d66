// As in `analysis/typescript/lazy.ts`: TypeScript's compiler is read when the first TypeScript step is made.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);

type Part = typeof import('./typescript-cell.ts');

export const compileCell: Part['compileCell'] = (source, cell, shows) =>
  (require('./typescript-cell.ts') as Part).compileCell(source, cell, shows);
