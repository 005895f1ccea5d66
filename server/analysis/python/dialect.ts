// What the interpreter must be told about Python itself.
import { readFileSync } from 'node:fs';
import { assets } from '../assets.ts';
import type { Dialect } from '../interpret/machine.ts';
import { lowerPython } from './lower.ts';
import type { ParsePython } from './syntax.ts';

interface PythonNames {
  builtins: string[];
  standardModules: string[];
  /** How everybody imports a well-known library: `pd` -> `import pandas as pd`. */
  aliases: Record<string, string>;
}

export interface PythonDialect extends Dialect {
  aliases: Record<string, string>;
}

export function createPythonDialect(parse: ParsePython): PythonDialect {
  const names = JSON.parse(readFileSync(assets.pythonNames(), 'utf8')) as PythonNames;
  const standard = new Set(names.standardModules);
  return {
    language: 'python',
    builtins: new Set(names.builtins),
    aliases: names.aliases,
    lowerText(source) {
      const tree = parse(source);
      return tree.hasError ? undefined : lowerPython(tree);
    },
    localModule: module => {
      const path = module.replace(/^\.+/, '').replaceAll('.', '/');
      return [`${path}.py`, `${path}/__init__.py`];
    },
    isStandard: module => standard.has(module.split('.')[0] ?? module)
  };
}
