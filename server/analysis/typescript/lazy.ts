// TypeScript's compiler is larger than all the rest of the server: it is read when the first TypeScript cell is, not at the start.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);

export const typeScriptAnalysis = () => require('./analyze.ts') as typeof import('./analyze.ts');
export const typeScriptOutline = () => require('./outline.ts') as typeof import('./outline.ts');
export const typeScriptReader = () => require('./read-cell.ts') as typeof import('./read-cell.ts');
