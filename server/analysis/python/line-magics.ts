// One line magic or shell line as plain Python.
import type { Magic } from './magics.ts';

/** What IPython fills in: a name, an attribute or an item of one; `awk '{print $1}'` is left as it is. */
const FILLED = /\$([A-Za-z_]\w*)|\{([A-Za-z_][\w.]*(?:\([^{}\s]*\)|\[[^{}\s]*\])*)\}/g;

/** A Python string literal; an f-string when the text has IPython's `{expression}` or `$name` in it. */
export function text(value: string): string {
  const holes = [...value.matchAll(FILLED)].filter(hole => !/^[A-Z_]+$/.test(hole[1] ?? ''));
  if (holes.length === 0) return JSON.stringify(value);
  const literal = (part: string) =>
    JSON.stringify(part).slice(1, -1).replaceAll('{', '{{').replaceAll('}', '}}');
  let filled = '';
  let at = 0;
  for (const hole of holes) {
    filled += `${literal(value.slice(at, hole.index))}{${hole[1] ?? hole[2]}}`;
    at = hole.index + hole[0].length;
  }
  return `f"${filled}${literal(value.slice(at))}"`;
}

export function shellCall(command: string, captured: boolean): string {
  return captured
    ? `__import__("subprocess").run(${text(command)}, shell=True, capture_output=True, text=True).stdout.splitlines()`
    : `__import__("subprocess").run(${text(command)}, shell=True)`;
}

interface LineMagic {
  code: string;
  becomes: Magic['becomes'];
}

const python = (code: string): LineMagic => ({ code, becomes: 'python' });

/** `value`: the magic stands on the right of an assignment, so that an expression is needed. */
export function lineMagic(name: string, rest: string, value: boolean): LineMagic {
  const statement = rest.replace(/^(?:-\S+\s+(?:\d+\s+)?)*/, '');
  switch (name) {
    case 'time':
    case 'memit':
    case 'prun':
      return python(statement || 'pass');
    case 'timeit':
      return python(
        /^[^=]*(==[^=]*)*$/.test(statement) && statement ? `(lambda: (${statement}))()` : 'pass'
      );
    case 'run':
      return python(runFile(rest));
    case 'env':
    case 'set_env':
      return environment(rest, value);
    case 'cd':
      return python(`__import__("os").chdir(${text(rest.trim() || '~')})`);
    case 'sx':
    case 'system':
      return { code: shellCall(rest, value), becomes: 'subprocess' };
    case 'pip':
    case 'conda':
    case 'mamba':
    case 'uv':
      return { code: `pass  # %${name} ${rest}`, becomes: 'environment' };
    case 'pylab':
      return python(
        'import numpy; import numpy as np; import matplotlib.pyplot as plt; from pylab import *'
      );
    default:
      return value
        ? { code: `None  # %${name} ${rest}`.trimEnd(), becomes: 'dropped' }
        : { code: `pass  # %${name} ${rest}`.trimEnd(), becomes: 'dropped' };
  }
}

function runFile(rest: string): string {
  const file = rest.split(/\s+/).find(word => /\.(py|ipy|ipynb)$/.test(word)) ?? rest.trim();
  return `globals().update(__import__("runpy").run_path(${text(file)}, run_name="__main__"))`;
}

function environment(rest: string, value: boolean): LineMagic {
  const setting = /^(\w+)\s*[=\s]\s*(.+)$/.exec(rest.trim());
  if (setting)
    return python(
      `__import__("os").environ[${JSON.stringify(setting[1])}] = ${text(setting[2] ?? '')}`
    );
  const key = rest.trim();
  if (key) return python(`__import__("os").environ[${JSON.stringify(key)}]`);
  return value ? python('dict(__import__("os").environ)') : python('pass');
}
