// What cells share besides names: files, the environment, the working folder, random generators, library options.
import { depend, here, lineNow, writtenHere, type Machine, type Resource } from './machine.ts';
import type { Obj, Values, Writer } from './objects.ts';

const resourceAt = (m: Machine, key: string): Resource => {
  let resource = m.resources.get(key);
  if (!resource) m.resources.set(key, (resource = { writers: new Map(), readers: new Map() }));
  return resource;
};

const kindOf = (key: string) => (key.startsWith('file:') ? 'file' : 'state');

function noteHere(m: Machine, cells: Map<number, Writer>): void {
  cells.set(m.cell, { line: lineNow(m), may: m.maybe > 0 });
}

function overwrite(m: Machine, resource: Resource): void {
  if (m.maybe > 0) noteHere(m, resource.writers);
  else resource.writers = writtenHere(m);
}

export function readResource(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  depend(m, resource.writers, kindOf(key), nameOf(key));
  noteHere(m, resource.readers);
}

/** Somebody else's earlier reads and writes come first: the resource has one content at a time. */
export function writeResource(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  depend(m, resource.readers, kindOf(key), nameOf(key));
  depend(m, resource.writers, kindOf(key), nameOf(key));
  overwrite(m, resource);
  resource.readers = new Map();
}

/** A generator's state travels as a value: a draw needs the last one, a seed needs nothing. */
export function drawFrom(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  // Without a seed there is no sequence that anybody could want to keep.
  if (resource.writers.size === 0) return;
  depend(m, resource.writers, 'state', key);
  overwrite(m, resource);
}

export function seed(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  overwrite(m, resource);
}

/** An option among others of the same library: earlier ones stay. */
export function setState(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  depend(m, resource.readers, 'state', key);
  noteHere(m, resource.writers);
}

const nameOf = (key: string) => key.replace(/^file:/, '');

/** The texts a value may be, unknown parts as `‹id›`; the value itself as an unknown text when nothing is known. */
export function texts(values: Values): string[] {
  return values.slice(0, 8).map(textOf);
}

function textOf(value: Obj): string {
  if (value.text !== undefined) return value.text;
  if (value.constant !== undefined) return String(value.constant);
  return `‹${value.id}›`;
}

export function pathOf(text: string): string {
  const parts: string[] = [];
  for (const part of text.replace(/^file:\/\//, '').split(/[\\/]+/)) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

const isUrl = (text: string) => /^[a-z][a-z0-9+]+:\/\//i.test(text) && !text.startsWith('file:');

export function touchFile(m: Machine, values: Values, how: 'r' | 'w' | 'rw'): void {
  for (const text of texts(values)) {
    if (isUrl(text) || text === '' || text === ':memory:') continue;
    const path = pathOf(text);
    const key = `file:${path}`;
    if (!path.startsWith('/') && !path.startsWith('‹')) readIfWritten(m, 'cwd');
    for (const folder of foldersOf(path)) readIfWritten(m, `file:${folder}`);
    if (how !== 'r') writeResource(m, key);
    else {
      readResource(m, key);
      for (const other of filesUnder(m, path)) readResource(m, other);
    }
  }
}

/** A folder's listing, a pattern: every file of the notebook that it can meet. */
export function listFiles(m: Machine, values: Values | undefined): void {
  for (const text of values ? texts(values) : ['.']) {
    const path = pathOf(text);
    const pattern = /[*?[]/.test(path) ? globPattern(path) : undefined;
    readIfWritten(m, 'cwd');
    if (!pattern) readIfWritten(m, `file:${path}`);
    for (const key of m.resources.keys()) {
      if (!key.startsWith('file:')) continue;
      const file = key.slice('file:'.length);
      if (pattern ? pattern.test(file) : path === '' || file.startsWith(`${path}/`))
        readResource(m, key);
    }
  }
}

function globPattern(path: string): RegExp {
  const escaped = path.replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(
    `^${escaped
      .replaceAll('**/', '(?:.*/)?')
      .replaceAll('**', '.*')
      .replace(/(?<![.)])\*/g, '[^/]*')
      .replaceAll('?', '[^/]')}$`
  );
}

const filesUnder = (m: Machine, path: string) =>
  [...m.resources.keys()].filter(key => key.startsWith(`file:${path}/`));

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts
    .slice(1)
    .map((_, count) => parts.slice(0, count + 1).join('/'))
    .filter(Boolean);
}

function readIfWritten(m: Machine, key: string): void {
  const resource = m.resources.get(key);
  if (resource?.writers.size) readResource(m, key);
  else if (key === 'cwd') noteHere(m, resourceAt(m, key).readers);
}

export function readIfSet(m: Machine, key: string): void {
  const resource = resourceAt(m, key);
  noteHere(m, resource.readers);
  depend(m, resource.writers, 'state', key);
}

/** A warm cache gives what a cold one gives; only who asks for its size can tell. */
export function fillCache(m: Machine, cached: Obj): void {
  noteHere(m, resourceAt(m, `cache:${cached.id}`).writers);
}

export function readCache(m: Machine, cached: Obj): void {
  const name = cached.func?.name ?? 'cache';
  depend(m, resourceAt(m, `cache:${cached.id}`).writers, 'state', `cache:${name}`);
}

export function readEnvironment(m: Machine, values: Values | '*'): void {
  const known = values === '*' ? undefined : texts(values).filter(text => !text.includes('‹'));
  if (!known?.length) {
    for (const key of m.resources.keys()) if (key.startsWith('env:')) readIfSet(m, key);
    return;
  }
  for (const name of known) {
    readIfSet(m, `env:${name}`);
    readIfWritten(m, 'env:*');
  }
}

export function writeEnvironment(m: Machine, values: Values | '*'): void {
  for (const name of values === '*' ? ['*'] : texts(values))
    writeResource(m, `env:${name.includes('‹') ? '*' : name}`);
}

/** A file opened by code that the command carries (`python -c "open('a', 'w')"`). */
const OPENED = /\bopen\(\s*['"]([^'"]+)['"]\s*(?:,\s*['"](\w\+?)['"])?/g;

/** A command: what it redirects to is written, and every word that names a file of the notebook is read. */
export function runShell(m: Machine, command: string): void {
  readIfWritten(m, 'cwd');
  for (const [, name] of command.matchAll(/\$\{?(\w+)/g)) if (name) readIfSet(m, `env:${name}`);
  const written = new Set<string>();
  for (const [, , file] of command.matchAll(/(>>?)\s*([^\s;&|<>"']+)/g))
    if (file && !file.startsWith('&') && !file.startsWith('/dev/')) {
      written.add(pathOf(file));
      writeResource(m, `file:${pathOf(file)}`);
    }
  for (const [, file = '', mode = 'r'] of command.matchAll(OPENED)) {
    written.add(pathOf(file));
    (/[wax+]/.test(mode) ? writeResource : readIfWritten)(m, `file:${pathOf(file)}`);
  }
  for (const part of command.split(/[;&|\n]+/)) {
    const [name = '', ...words] = part
      .trim()
      .split(/\s+/)
      .map(word => word.replace(/^["']|["']$/g, ''));
    const files = words
      .filter(word => !/^[->]/.test(word))
      .map(pathOf)
      .filter(word => !written.has(word));
    const touch = name === 'mv' ? writeResource : readResource;
    const target = ['cp', 'mv', 'ln', 'scp'].includes(name) ? files.pop() : undefined;
    if (['touch', 'tee', 'mkdir', 'rm', 'rmdir', 'truncate'].includes(name)) {
      for (const file of files) writeResource(m, `file:${file}`);
      continue;
    }
    for (const file of files) {
      if (/[*?]/.test(file))
        listFiles(m, [{ id: 0, kind: 'imm', writers: new Map(), constant: file }]);
      else if (m.resources.has(`file:${file}`)) touch(m, `file:${file}`);
      else for (const key of filesUnder(m, file)) readResource(m, key);
    }
    if (name === 'ls' && files.length === 0) listFiles(m, undefined);
    if (target) writeResource(m, `file:${target}`);
  }
}

/** `import local`: a module file that the notebook wrote, found through `sys.path`. True when something ties the import to a cell. */
export function readModuleFile(m: Machine, module: string): boolean {
  let tied = false;
  const before = m.facts.length;
  for (const file of m.dialect.localModule(module)) {
    const beside = `file:${file}`;
    const elsewhere = `/${file}`;
    for (const key of m.resources.keys())
      if (key === beside || key.endsWith(elsewhere)) {
        readResource(m, key);
        tied = true;
      }
  }
  if (!m.dialect.isStandard(module)) readIfWritten(m, 'sys.path');
  return tied || m.facts.length > before || here(m).tiedImports.has(module);
}
