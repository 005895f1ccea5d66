// Functions of a cell between steps: handed on as their code. A function of the top level closes over nothing but the names
// of the notebook, which it finds in the next step's process as well; one that closes over more cannot be handed on.
import { runInThisContext } from 'node:vm';
import type { CodePart } from './job.ts';

const MARK = 'stepladder.function';

export interface FunctionCodes {
  /** The function as something that can be stored; everything else, and other functions, as they are. */
  write(name: string, value: unknown): unknown;
  revive(value: unknown, require: NodeJS.Require): unknown;
}

export function createFunctionCodes(cells: CodePart[], exports: object): FunctionCodes {
  const revived = new Map<unknown, string>();
  const isTopLevel = (name: string, code: string) =>
    cells.some(({ source }) =>
      [`\n${code}`, `\nconst ${name} = ${code}`, `\nlet ${name} = ${code}`].some(text =>
        source.includes(text)
      )
    );
  return {
    write(name, value) {
      if (typeof value !== 'function') return value;
      const code = revived.get(value) ?? Function.prototype.toString.call(value);
      const isOurs = revived.has(value) || (!code.startsWith('class') && isTopLevel(name, code));
      return isOurs ? { [MARK]: code } : value;
    },
    revive(value, require) {
      const code = (value as Record<string, unknown> | null | undefined)?.[MARK];
      if (typeof code !== 'string') return value;
      const make = runInThisContext(`(function (exports, require) { return (${code}); })`) as (
        ...given: unknown[]
      ) => unknown;
      const made = make(exports, require);
      revived.set(made, code);
      return made;
    }
  };
}
