// Git is read when the first pipeline is captured or asked for, not at the start.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);

export const git = () => require('isomorphic-git') as typeof import('isomorphic-git');
export const gitHttp = () =>
  (require('isomorphic-git/http/node') as typeof import('isomorphic-git/http/node')).default;
