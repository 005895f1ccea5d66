// The state of one analysis: scopes, objects, resources, the cell at hand; and the few acts that everything else is made of:
// bind a name, read one, change an object.
import type { Ambiguity } from '../../contract/analysis.ts';
import { replace, settle, type CellChoices } from './ambiguity.ts';
import type { Knowledge } from './knowledge.ts';
import {
  createObjects,
  namesReaching,
  reachable,
  link,
  type Binding,
  type MakeObject,
  type Obj,
  type Scope,
  type Values,
  type Writer,
  type Writers
} from './objects.ts';
import type { Expr, Program } from './ir.ts';

/** One dependence of a cell on an earlier one, before it is sorted and merged. */
export interface Fact {
  from: number;
  to: number;
  kind: 'value' | 'file' | 'state';
  name: string;
  may: boolean;
  fromLine: number;
  toLine: number;
  /** Through the binding of an import or definition, which pipelines replicate. */
  sort: Binding['sort'];
}

export interface Resource {
  writers: Map<number, Writer>;
  readers: Map<number, Writer>;
}

export interface CellFacts {
  reads: Set<string>;
  binds: Map<string, Binding['sort']>;
  deletes: Set<string>;
  changed: Set<Obj>;
  /** Names that no earlier cell defines: line, whether the code expects that, and the function of another cell that uses them. */
  missing: Map<string, { line: number; expected: boolean; within?: string }>;
  stars: { module: string; line: number }[];
  /** Resources read while importing: such an import cannot simply be replicated. */
  tiedImports: Set<string>;
  /** The cell's last expression is shown, so `_` has a value after it. */
  displays: boolean;
  /** That expression: it is looked at, so it need not do anything. */
  lastShown?: Expr;
  /** What it came to: `_`, `Out[3]`. */
  shown?: Values;
}

export interface Dialect {
  language: 'python' | 'typescript';
  builtins: Set<string>;
  /** Code in a string (`exec`, `eval`), lowered; undefined when it does not parse. */
  lowerText(source: string): Program | undefined;
  localModule(module: string): string[];
  isStandard(module: string): boolean;
}

export interface Machine {
  dialect: Dialect;
  knowledge: Knowledge;
  make: MakeObject;
  globals: Scope;
  scope: Scope;
  cell: number;
  line: number;
  cells: CellFacts[];
  facts: Fact[];
  resources: Map<string, Resource>;
  modules: Map<string, Obj>;
  /** Cells that bind names nobody can tell: computed `exec`, star imports. */
  openWriters: { cell: number; line: number; sort: Binding['sort']; may: boolean }[];
  /** Depth of branches that may not be taken. */
  maybe: number;
  /** Calls of notebook functions that are being followed. */
  stack: Obj[];
  /** Generator expressions that are being gone through. */
  consumed: Set<Expr>;
  /** Line of the cell from which a function of another cell was called. */
  site?: number;
  /** `try` blocks around that catch a missing name. */
  guards: number;
  /** Steps left before calls are no longer followed. */
  budget: number;
  clock: number;
  seen: Map<string, number>;
  /** Annotations are not evaluated at definition. */
  lazyAnnotations: boolean;
  /** Members that the notebook has put on libraries. */
  patches: Map<string, Values>;
  /** Classes of the notebook whose methods this cell has let a library call. */
  escaped: Set<Obj>;
  undo: Map<Scope, Map<string, Binding | undefined>>[];
  /** The rest of the block is not reached. */
  dead: boolean;
  /** What the `try` block at hand has raised. */
  raised: Obj[];
  ambiguities: Ambiguity[];
  /** By cell. */
  choices: CellChoices[];
  /** Cells and their lines that bind what somebody has used. */
  used: Map<number, Set<number>>;
  /** What each name was after each cell that bound it. */
  versions: Map<string, Map<number, Binding>>;
}

export function createScope(kind: Scope['kind'], names: Set<string> | null, parent?: Scope): Scope {
  return {
    kind,
    names,
    parent,
    globals: new Set(),
    vars: new Map(),
    functions: [],
    closed: false,
    returned: [],
    yielded: []
  };
}

const BUDGET = 60_000;

export function createMachine(dialect: Dialect, knowledge: Knowledge): Machine {
  const globals = createScope('global', null);
  return {
    dialect,
    knowledge,
    globals,
    scope: globals,
    make: createObjects(),
    cell: -1,
    line: 1,
    cells: [],
    facts: [],
    resources: new Map(),
    modules: new Map(),
    openWriters: [],
    maybe: 0,
    stack: [],
    consumed: new Set(),
    guards: 0,
    budget: BUDGET,
    clock: 0,
    seen: new Map(),
    undo: [],
    lazyAnnotations: false,
    patches: new Map(),
    escaped: new Set(),
    dead: false,
    raised: [],
    ambiguities: [],
    choices: [],
    used: new Map(),
    versions: new Map()
  };
}

export function startCell(
  m: Machine,
  cell: number,
  program: Program,
  choices: CellChoices
): CellFacts {
  const last = program.displays ? program.body.at(-1) : undefined;
  const facts: CellFacts = {
    reads: new Set(),
    binds: new Map(),
    deletes: new Set(),
    changed: new Set(),
    missing: new Map(),
    stars: [],
    tiedImports: new Set(),
    displays: last?.k === 'expr',
    lastShown: last?.k === 'expr' ? last.value : undefined
  };
  m.cell = cell;
  m.cells[cell] = facts;
  m.choices[cell] = choices;
  m.scope = m.globals;
  m.seen.clear();
  m.escaped.clear();
  m.lazyAnnotations ||= program.lazyAnnotations ?? false;
  m.budget = BUDGET;
  m.maybe = 0;
  m.dead = false;
  m.raised = [];
  m.site = undefined;
  return facts;
}

export const here = (m: Machine): CellFacts => m.cells[m.cell] as CellFacts;

/** The line to show for what happens now: the call, when it happens inside a function of another cell. */
export const lineNow = (m: Machine): number => m.site ?? m.line;

export function writtenHere(m: Machine, may = m.maybe > 0): Map<number, Writer> {
  return new Map([[m.cell, { line: lineNow(m), may }]]);
}

export function depend(
  m: Machine,
  writers: Writers,
  kind: Fact['kind'],
  name: string,
  sort: Fact['sort'] = 'value'
): void {
  for (const [from, { line, may }] of writers)
    if (from !== m.cell)
      m.facts.push({ from, to: m.cell, kind, name, may, fromLine: line, toLine: lineNow(m), sort });
}

/** The scope in which a name is looked up or bound, as the language says. */
export function scopeOf(m: Machine, name: string, forBinding: boolean): Scope {
  let first = true;
  for (let scope: Scope | undefined = m.scope; scope; scope = scope.parent) {
    if (scope.kind === 'global' || scope.globals.has(name)) return m.globals;
    // A class body's names are seen by the class body alone, and fall through to the globals when not bound yet.
    const visible = scope.kind !== 'class' || first;
    if (
      visible &&
      scope.names?.has(name) &&
      (forBinding || scope.kind !== 'class' || scope.vars.has(name))
    )
      return scope;
    first = false;
  }
  return m.globals;
}

export function bind(
  m: Machine,
  name: string,
  values: Values,
  sort: Binding['sort'] = 'value'
): void {
  const scope = scopeOf(m, name, true);
  const binding: Binding = { values, writers: writtenHere(m, false), sort, absent: false };
  if (scope.kind === 'global') replace(m, scope.vars.get(name), binding);
  setBinding(m, scope, name, binding);
}

export function unbind(m: Machine, name: string): void {
  const scope = scopeOf(m, name, true);
  if (scope.kind === 'global') {
    here(m).deletes.add(name);
    here(m).binds.delete(name);
  }
  setBinding(m, scope, name, {
    values: [],
    writers: writtenHere(m, false),
    sort: 'value',
    absent: true
  });
}

export function setBinding(m: Machine, scope: Scope, name: string, binding: Binding): void {
  const log = m.undo.at(-1);
  if (log) {
    let changes = log.get(scope);
    if (!changes) log.set(scope, (changes = new Map()));
    if (!changes.has(name)) changes.set(name, scope.vars.get(name));
  }
  scope.vars.set(name, binding);
  m.clock += 1;
  if (scope.kind === 'global') {
    if (!binding.absent) {
      here(m).binds.set(name, binding.sort);
      here(m).deletes.delete(name);
    }
    for (const value of binding.values)
      if (value.kind !== 'imm') (value.names ??= new Set()).add(name);
  }
  for (const closure of scope.functions) {
    for (const value of binding.values) link(value, closure);
    if (scope.closed) change(m, closure);
  }
}

export type Found = { binding: Binding; scope: Scope } | undefined;

export function find(m: Machine, name: string): Found {
  const scope = scopeOf(m, name, false);
  const binding = scope.vars.get(name);
  return binding && { binding, scope };
}

/** Reads a name: whoever bound it, and whoever changed what it leads to, is needed by the cell at hand. */
export function read(m: Machine, name: string): Values | undefined {
  const found = find(m, name);
  if (!found) return undefined;
  const isGlobal = found.scope.kind === 'global';
  const binding = isGlobal ? settle(m, name, found.binding) : found.binding;
  if (isGlobal) noteRead(m, name, binding);
  if (binding.absent && binding.values.length === 0) return undefined;
  return binding.values;
}

function noteRead(m: Machine, name: string, binding: Binding): void {
  if (m.seen.get(name) === m.clock) return;
  m.seen.set(name, m.clock);
  if (!(binding.writers.size === 1 && binding.writers.has(m.cell))) here(m).reads.add(name);
  depend(m, binding.writers, 'value', name, binding.sort);
  const bound = Math.min(...binding.writers.keys());
  for (const object of reachable(binding.values)) {
    if (object.writers.size === 0) continue;
    // What changed before the name was bound came to it through other names; a library is always the same one.
    const since = object.path === undefined ? sinceCell(object.writers, bound) : object.writers;
    depend(m, since, object.path ? 'state' : 'value', name);
  }
}

function sinceCell(writers: Writers, first: number): Writers {
  for (const cell of writers.keys())
    if (cell < first) return new Map([...writers].filter(([each]) => each >= first));
  return writers;
}

/** The content of an object changes. */
export function change(m: Machine, object: Obj, may = false): void {
  if (object.kind === 'imm') return;
  const uncertain = may || m.maybe > 0;
  object.literal = false;
  if (!uncertain) object.writers = writtenHere(m);
  else if (!object.writers.has(m.cell))
    object.writers = new Map([...object.writers, ...writtenHere(m, true)]);
  here(m).changed.add(object);
  m.clock += 1;
}

/** After a cell: the names whose content changed, wherever the object was reached from. */
export function changedNames(m: Machine): Set<string> {
  const names = new Set<string>();
  for (const object of here(m).changed)
    for (const name of namesReaching(object)) {
      if (names.has(name)) continue;
      const binding = m.globals.vars.get(name);
      if (binding && (binding.values.includes(object) || reachable(binding.values).has(object)))
        names.add(name);
    }
  return names;
}
