// What both languages are lowered to: the few forms that matter for who reads, binds and changes what.

export type Constant = string | number | boolean | null;

interface At {
  /** 1-based line of the cell. */
  line: number;
}

export type Expr = At &
  (
    | { k: 'const'; value: Constant }
    | { k: 'name'; id: string }
    | { k: 'attr'; of: Expr; name: string }
    | { k: 'item'; of: Expr; index: Expr; slice: boolean }
    | { k: 'call'; callee: Expr; args: Arg[]; isNew?: boolean }
    /** A literal: list, tuple, dict, set, array, object. */
    | { k: 'make'; kind: string; parts: Part[] }
    | { k: 'op'; op: string; parts: Expr[] }
    /** One of the parts, by a test or by the parts themselves (`a or b`, `a if t else b`). */
    | { k: 'either'; parts: Expr[]; test?: Expr }
    /** A string put together from parts. */
    | { k: 'text'; parts: Expr[] }
    | { k: 'function'; def: Func }
    | { k: 'class'; def: Class }
    | { k: 'each'; kind: string; clauses: Clause[]; results: Expr[]; locals: Set<string> }
    | { k: 'assign'; target: Target; value: Expr }
    | { k: 'update'; target: Target; op: string; value: Expr }
    | { k: 'remove'; target: Target }
    | { k: 'yield'; of?: Expr }
  );

export interface Arg {
  value: Expr;
  name?: string;
  spread?: boolean;
}

export interface Part {
  key?: Expr;
  value: Expr;
  spread?: boolean;
}

export interface Clause {
  target: Target;
  of: Expr;
  tests: Expr[];
}

export type Target = At &
  (
    | { k: 'name'; id: string }
    | { k: 'attr'; of: Expr; name: string }
    | { k: 'item'; of: Expr; index: Expr; slice: boolean }
    | { k: 'pattern'; parts: { target: Target; rest?: boolean; key?: string; otherwise?: Expr }[] }
  );

export interface Param {
  target: Target;
  otherwise?: Expr;
  rest?: 'list' | 'dict';
}

export interface Func extends At {
  name: string;
  params: Param[];
  body: Stmt[];
  /** Names of its own scope, parameters included. */
  locals: Set<string>;
  /** Names declared `global`. */
  globals: Set<string>;
  /** Evaluated at definition: annotations. */
  eager: Expr[];
  generator: boolean;
  /** JavaScript's arrow functions: `this` is the one around them. */
  lexicalThis?: boolean;
  /** JavaScript: defaults are evaluated at each call that needs them, not at the definition. */
  lateDefaults?: boolean;
}

export interface Class extends At {
  name: string;
  bases: Expr[];
  keywords: Expr[];
  body: Stmt[];
  locals: Set<string>;
  globals: Set<string>;
}

export interface ImportName {
  module: string;
  /** A name taken out of the module; without it the module itself (its root when `root`). */
  name?: string;
  as: string;
}

export interface Handler extends At {
  types: Expr[];
  /** Source of the types, to see whether a missing name is expected. */
  catches: string;
  name?: string;
  body: Stmt[];
}

export interface Case extends At {
  reads: Expr[];
  binds: Target[];
  guard?: Expr;
  body: Stmt[];
  /** Matches whatever comes. */
  always: boolean;
}

export type Stmt = At &
  (
    | { k: 'expr'; value: Expr }
    | { k: 'assign'; targets: Target[]; value: Expr }
    | { k: 'if'; test: Expr; then: Stmt[]; otherwise: Stmt[] }
    | { k: 'for'; target: Target; of: Expr; body: Stmt[]; otherwise: Stmt[]; keys?: boolean }
    | { k: 'while'; test: Expr; body: Stmt[]; otherwise: Stmt[]; atLeastOnce?: boolean }
    | { k: 'try'; body: Stmt[]; handlers: Handler[]; otherwise: Stmt[]; last: Stmt[] }
    | { k: 'with'; items: { context: Expr; target?: Target }[]; body: Stmt[] }
    | { k: 'match'; subject: Expr; cases: Case[] }
    | { k: 'def'; def: Func; decorators: Expr[] }
    | { k: 'class'; def: Class; decorators: Expr[] }
    | { k: 'import'; names: ImportName[]; star?: string }
    | { k: 'return'; value?: Expr }
    | { k: 'raise'; parts: Expr[] }
    | { k: 'block'; locals: Set<string>; body: Stmt[] }
    /** A type of TypeScript or a `type` statement: a name with reads in it. */
    | { k: 'type'; id: string; reads: Expr[] }
  );

/** One cell, lowered. */
export interface Program {
  body: Stmt[];
  /** In notebooks a cell's last expression is displayed. */
  displays: boolean;
  /** `from __future__ import annotations`: in a notebook it holds for the cells after it too. */
  lazyAnnotations?: boolean;
}
