// Names for what we write that mean nothing else yet.
import { isKeyword } from './names.ts';
import { STANDARD_MODULES } from './standard-modules.ts';

const BUILTINS = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright ' +
    'credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash ' +
    'help hex id input int isinstance issubclass iter len license list locals map max memoryview min next object oct open ' +
    'ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type ' +
    'vars zip'
  ).split(' ')
);

export const isBuiltin = (name: string): boolean => BUILTINS.has(name);

/** What lies beside the package: a module of one of these names would be found in its place, or hide it. */
const NEIGHBOURS = new Set([
  'airflow',
  'config',
  'conftest',
  'dags',
  'include',
  'plugins',
  'test',
  'tests'
]);

/** A package name made of the pipeline's, apart from every module that the code imports. */
export function packageName(name: string, imported: Iterable<string>): string {
  const ascii = name.normalize('NFKD').replace(/[^\x00-\x7f]/g, '');
  const slug = ascii
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const usable = /^[a-z]/.test(slug) ? slug : `notebook_${slug}`.replace(/_$/, '');
  const isTaken =
    isKeyword(usable) ||
    STANDARD_MODULES.has(usable) ||
    NEIGHBOURS.has(usable) ||
    BUILTINS.has(usable) ||
    new Set(imported).has(usable);
  return isTaken ? `${usable}_pipeline` : usable;
}

/** `name`, or with the suffix as often as it takes to be no keyword, no builtin and none of `taken`. */
export function freeIdentifier(name: string, suffix: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  while (isKeyword(candidate) || BUILTINS.has(candidate) || taken.has(candidate))
    candidate += suffix;
  return candidate;
}
