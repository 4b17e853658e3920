/**
 * Scopes and bindings of one chunk, exactly as Python has them: what each name means is decided by
 * where it is bound in its scope, not by the order of execution.
 */
import {
  type Alias,
  type Arg,
  type Attribute,
  type Chunk,
  type ClassDef,
  type DictComp,
  type Expr,
  type FunctionDef,
  type Lambda,
  type ListComp,
  type Name,
  type Node,
  SKIP,
  type WithItem,
  walk,
} from '../syntax/index.ts';

export type ScopeKind = 'module' | 'class' | 'function' | 'lambda' | 'comprehension';

export interface Scope {
  readonly kind: ScopeKind;
  /** What opens the scope; null for the module and for the class that holds a member chunk. */
  readonly node: FunctionDef | Lambda | ClassDef | ListComp | DictComp | null;
  readonly parent: Scope | null;
  /** Dotted path inside the chunk, as in `__qualname__`; empty for the chunk's root. */
  readonly qualname: string;
  readonly bindings: Map<string, Binding[]>;
  readonly globals: Set<string>;
  readonly nonlocals: Set<string>;
}

/** How a bound name gets its value. `path` leads through unpacking: indices, `*` for a starred rest. */
export type Origin =
  | { readonly how: 'function'; readonly node: FunctionDef }
  | { readonly how: 'class'; readonly node: ClassDef }
  | {
      readonly how: 'import';
      readonly module: string;
      readonly level: number;
      readonly name: string | null;
    }
  | { readonly how: 'assign'; readonly value: Expr; readonly path: Path }
  | { readonly how: 'annotated'; readonly annotation: Expr; readonly value: Expr | null }
  | { readonly how: 'for'; readonly iter: Expr; readonly async: boolean; readonly path: Path }
  | { readonly how: 'with'; readonly item: WithItem; readonly async: boolean; readonly path: Path }
  | {
      readonly how: 'parameter';
      readonly arg: Arg;
      readonly of: FunctionDef | Lambda;
      readonly index: number;
    }
  | { readonly how: 'other' };
export type Path = readonly (number | '*')[];
export type ImportOrigin = Extract<Origin, { how: 'import' }>;

export interface Binding {
  readonly name: string;
  readonly scope: Scope;
  /** The name's own node: target, parameter, alias, definition, handler, pattern. */
  readonly node: Node;
  readonly origin: Origin;
}

/** `self.x = …` in a method: a binding of the instance's attribute. */
export interface SelfAttribute {
  readonly attr: string;
  readonly node: Attribute;
  readonly origin: Origin;
  /** The method's scope. */
  readonly scope: Scope;
}

export interface ChunkScopes {
  /** Module scope for a statement chunk; for a member chunk, the class's. */
  readonly root: Scope;
  readonly module: Scope;
  /** The scope in which each name of the chunk is looked up. */
  readonly nameScopes: ReadonlyMap<Name, Scope>;
  /** The scope that each definition, lambda and comprehension opens. */
  readonly opened: ReadonlyMap<Node, Scope>;
  readonly definitions: readonly (FunctionDef | ClassDef)[];
  readonly selfAttributes: readonly SelfAttribute[];
  /** Attributes that are read (`x.attr`, not as a target), by their names. */
  readonly attributeReads: ReadonlyMap<string, readonly Attribute[]>;
  /** Attribute names that are set or deleted. */
  readonly attributeStores: ReadonlySet<string>;
  /** Names that occur anywhere but as a plain binding. */
  readonly nameReads: ReadonlyMap<string, readonly Name[]>;
  /** What is bound or deleted where it stands, rather than read. */
  readonly targets: ReadonlySet<Node>;
  readonly imports: readonly ImportOrigin[];
  /** `from m import *` at this chunk's module level, in order. */
  readonly stars: readonly { readonly module: string; readonly level: number }[];
}

const cache = new WeakMap<Chunk, ChunkScopes>();

export function scopesOf(chunk: Chunk): ChunkScopes {
  let scopes = cache.get(chunk);
  if (scopes === undefined) {
    scopes = new Analysis(chunk).run();
    cache.set(chunk, scopes);
  }
  return scopes;
}

/** The scope that holds the variable `name` as seen from `from`; null: outside this chunk. */
export function scopeHolding(name: string, from: Scope): Scope | null {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) {
    // A class's names are invisible from the functions and comprehensions inside it.
    if (scope !== from && scope.kind === 'class') continue;
    if (scope.globals.has(name)) return moduleOf(scope);
    if (scope.nonlocals.has(name)) continue;
    if (scope.bindings.has(name)) return scope;
  }
  return null;
}

export function moduleOf(scope: Scope): Scope {
  let top = scope;
  while (top.parent !== null) top = top.parent;
  return top;
}

class Analysis {
  readonly #chunk: Chunk;
  readonly #module: Scope;
  readonly #root: Scope;
  readonly #nameScopes = new Map<Name, Scope>();
  readonly #opened = new Map<Node, Scope>();
  /** Nodes whose subtree belongs to another scope than their parent's. */
  readonly #entry = new Map<Node, Scope>();
  readonly #definitions: (FunctionDef | ClassDef)[] = [];
  readonly #selfAttributes: SelfAttribute[] = [];
  readonly #attributeReads = new Map<string, Attribute[]>();
  readonly #attributeStores = new Set<string>();
  readonly #nameReads = new Map<string, Name[]>();
  readonly #imports: ImportOrigin[] = [];
  readonly #stars: { module: string; level: number }[] = [];
  readonly #targets = new Set<Node>();
  readonly #stack: Scope[] = [];

  constructor(chunk: Chunk) {
    this.#chunk = chunk;
    this.#module = newScope('module', null, null, '');
    this.#root = chunk.role === 'member' ? newScope('class', null, this.#module, '') : this.#module;
  }

  run(): ChunkScopes {
    this.#stack.push(this.#root);
    walk(
      this.#chunk.body,
      (node) => this.#enter(node),
      (node) => this.#leave(node),
    );
    return {
      root: this.#root,
      module: this.#module,
      nameScopes: this.#nameScopes,
      opened: this.#opened,
      definitions: this.#definitions,
      selfAttributes: this.#selfAttributes,
      attributeReads: this.#attributeReads,
      attributeStores: this.#attributeStores,
      nameReads: this.#nameReads,
      targets: this.#targets,
      imports: this.#imports,
      stars: this.#stars,
    };
  }

  get #scope(): Scope {
    return this.#stack.at(-1)!;
  }

  #enter(node: Node): void {
    const inner = this.#entry.get(node);
    if (inner !== undefined) this.#stack.push(inner);
    const scope = this.#scope;
    switch (node.kind) {
      case 'FunctionDef':
      case 'AsyncFunctionDef':
        this.#definitions.push(node);
        this.#bind(node.name, node, { how: 'function', node });
        this.#openFunction(node, scope);
        break;
      case 'Lambda':
        this.#openFunction(node, scope);
        break;
      case 'ClassDef': {
        this.#definitions.push(node);
        this.#bind(node.name, node, { how: 'class', node });
        const opened = this.#open('class', node, scope, node.name);
        this.#declare(opened, node);
        for (const statement of node.body) this.#entry.set(statement, opened);
        break;
      }
      case 'ListComp':
      case 'SetComp':
      case 'GeneratorExp':
      case 'DictComp':
        this.#openComprehension(node, scope);
        break;
      case 'comprehension':
        this.#bindTargets(node.target, [], (path) => ({
          how: 'for',
          iter: node.iter,
          async: node.is_async,
          path,
        }));
        break;
      case 'Assign':
        for (const target of node.targets)
          this.#bindTargets(target, [], (path) => ({ how: 'assign', value: node.value, path }));
        break;
      case 'AnnAssign':
        // `(x): int` annotates without binding.
        if (node.target.kind === 'Name' && node.target.start > node.start && node.value === null)
          break;
        this.#bindTargets(node.target, [], () => ({
          how: 'annotated',
          annotation: node.annotation,
          value: node.value,
        }));
        break;
      case 'AugAssign':
        if (node.target.kind === 'Name') {
          this.#bind(node.target.id, node.target, { how: 'other' });
        }
        break;
      case 'TypeAlias':
        this.#bindTargets(node.name, [], (path) => ({ how: 'assign', value: node.value, path }));
        break;
      case 'NamedExpr':
        this.#targets.add(node.target);
        this.#bindIn(outOfComprehension(scope), node.target.id, node.target, {
          how: 'assign',
          value: node.value,
          path: [],
        });
        break;
      case 'For':
      case 'AsyncFor':
        this.#bindTargets(node.target, [], (path) => ({
          how: 'for',
          iter: node.iter,
          async: node.kind === 'AsyncFor',
          path,
        }));
        break;
      case 'With':
      case 'AsyncWith':
        for (const item of node.items)
          if (item.optional_vars !== null)
            this.#bindTargets(item.optional_vars, [], (path) => ({
              how: 'with',
              item,
              async: node.kind === 'AsyncWith',
              path,
            }));
        break;
      case 'Delete':
        for (const target of node.targets) this.#bindTargets(target, [], () => ({ how: 'other' }));
        break;
      case 'Import':
        for (const alias of node.names) this.#bindImport(alias);
        break;
      case 'ImportFrom':
        for (const alias of node.names) this.#bindFrom(alias, node.module ?? '', node.level);
        break;
      case 'ExceptHandler':
        if (node.name !== null) this.#bind(node.name, node, { how: 'other' });
        break;
      case 'MatchAs':
      case 'MatchStar':
        if (node.name !== null) this.#bind(node.name, node, { how: 'other' });
        break;
      case 'MatchMapping':
        if (node.rest !== null) this.#bind(node.rest, node, { how: 'other' });
        break;
      case 'TypeVar':
      case 'ParamSpec':
      case 'TypeVarTuple':
        this.#bind(node.name, node, { how: 'other' });
        break;
      case 'Attribute':
        if (this.#targets.has(node)) this.#attributeStores.add(node.attr);
        else addTo(this.#attributeReads, node.attr, node);
        break;
      case 'Name':
        this.#nameScopes.set(node, scope);
        if (!this.#targets.has(node)) addTo(this.#nameReads, node.id, node);
        break;
    }
  }

  #leave(node: Node): void {
    if (this.#entry.has(node)) this.#stack.pop();
  }

  #open(kind: ScopeKind, node: NonNullable<Scope['node']>, parent: Scope, name: string): Scope {
    const prefix =
      parent.qualname === ''
        ? ''
        : parent.kind === 'class'
          ? `${parent.qualname}.`
          : `${parent.qualname}.<locals>.`;
    const opened = newScope(kind, node, parent, prefix + name);
    this.#opened.set(node, opened);
    return opened;
  }

  #openFunction(node: FunctionDef | Lambda, scope: Scope): void {
    const isLambda = node.kind === 'Lambda';
    const opened = this.#open(
      isLambda ? 'lambda' : 'function',
      node,
      scope,
      isLambda ? '<lambda>' : node.name,
    );
    const { args } = node;
    const all = [
      ...args.posonlyargs,
      ...args.args,
      ...(args.vararg === null ? [] : [args.vararg]),
      ...args.kwonlyargs,
      ...(args.kwarg === null ? [] : [args.kwarg]),
    ];
    all.forEach((arg, index) => {
      const origin: Origin =
        arg === args.vararg || arg === args.kwarg
          ? { how: 'other' }
          : { how: 'parameter', arg, of: node, index };
      this.#bindIn(opened, arg.arg, arg, origin);
    });
    if (isLambda) {
      this.#entry.set(node.body, opened);
      return;
    }
    this.#declare(opened, node);
    for (const statement of node.body) this.#entry.set(statement, opened);
  }

  #declare(scope: Scope, node: FunctionDef | ClassDef): void {
    for (const declaration of declarations(node)) {
      const names = declaration.kind === 'Global' ? scope.globals : scope.nonlocals;
      for (const name of declaration.names) names.add(name);
    }
  }

  #openComprehension(node: ListComp | DictComp, scope: Scope): void {
    const opened = this.#open('comprehension', node, scope, '<comprehension>');
    const results = node.kind === 'DictComp' ? [node.key, node.value] : [node.elt];
    for (const result of results) this.#entry.set(result, opened);
    node.generators.forEach((generator, index) => {
      this.#entry.set(generator, opened);
      // The first iterable is evaluated outside.
      if (index === 0) this.#entry.set(generator.iter, scope);
    });
  }

  /** Binds every name of a target; `self.x` targets become attributes of the instance. */
  #bindTargets(target: Expr, path: Path, origin: (path: Path) => Origin): void {
    const pending: { target: Expr; path: Path }[] = [{ target, path }];
    while (pending.length > 0) {
      const next = pending.pop()!;
      switch (next.target.kind) {
        case 'Name':
          this.#targets.add(next.target);
          this.#bind(next.target.id, next.target, origin(next.path));
          break;
        case 'Attribute':
          this.#targets.add(next.target);
          this.#bindAttribute(next.target, origin(next.path));
          break;
        case 'Starred':
          pending.push({ target: next.target.value, path: [...next.path.slice(0, -1), '*'] });
          break;
        case 'Tuple':
        case 'List':
          for (let i = next.target.elts.length - 1; i >= 0; i--)
            pending.push({ target: next.target.elts[i]!, path: [...next.path, i] });
          break;
      }
    }
  }

  #bindAttribute(node: Attribute, origin: Origin): void {
    if (node.value.kind !== 'Name') return;
    const scope = this.#scope;
    const method = enclosingMethod(scope);
    if (method === null) return;
    const { args } = method.node as FunctionDef;
    const self = args.posonlyargs[0] ?? args.args[0];
    if (self?.arg !== node.value.id || scopeHolding(self.arg, scope) !== method) return;
    this.#selfAttributes.push({ attr: node.attr, node, origin, scope });
  }

  #bindImport(alias: Alias): void {
    const dotted = alias.name;
    const module = alias.asname === null ? dotted.split('.')[0]! : dotted;
    this.#bindImported(alias.asname ?? module, alias, module, 0, null);
  }

  #bindFrom(alias: Alias, module: string, level: number): void {
    if (alias.name === '*') {
      this.#stars.push({ module, level });
      return;
    }
    this.#bindImported(alias.asname ?? alias.name, alias, module, level, alias.name);
  }

  #bindImported(
    bound: string,
    alias: Alias,
    module: string,
    level: number,
    name: string | null,
  ): void {
    const origin: ImportOrigin = { how: 'import', module, level, name };
    this.#imports.push(origin);
    this.#bind(bound, alias, origin);
  }

  #bind(name: string, node: Node, origin: Origin): void {
    this.#bindIn(this.#scope, name, node, origin);
  }

  #bindIn(scope: Scope, name: string, node: Node, origin: Origin): void {
    let holder: Scope = scope;
    if (scope.globals.has(name)) holder = this.#module;
    else if (scope.nonlocals.has(name)) {
      const functions: Scope[] = [];
      for (let s = scope.parent; s !== null; s = s.parent)
        if (s.kind === 'function') functions.push(s);
      const outer = functions.find((s) => s.bindings.has(name)) ?? functions[0];
      if (outer === undefined) return;
      holder = outer;
    }
    const binding: Binding = { name, scope: holder, node, origin };
    addTo(holder.bindings, name, binding);
  }
}

/** The function scope of the method whose body (closures included) `scope` is part of. */
export function enclosingMethod(scope: Scope): Scope | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent)
    if (s.kind === 'function' && s.parent?.kind === 'class') return s;
  return null;
}

function outOfComprehension(scope: Scope): Scope {
  let outer = scope;
  while (outer.kind === 'comprehension' && outer.parent !== null) outer = outer.parent;
  return outer;
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function newScope(
  kind: ScopeKind,
  node: Scope['node'],
  parent: Scope | null,
  qualname: string,
): Scope {
  return {
    kind,
    node,
    parent,
    qualname,
    bindings: new Map(),
    globals: new Set(),
    nonlocals: new Set(),
  };
}

/** The `global` and `nonlocal` statements of a function's or class's own body: they hold for all of it. */
function declarations(definition: FunctionDef | ClassDef) {
  const found: Extract<Node, { kind: 'Global' | 'Nonlocal' }>[] = [];
  walk(definition.body, (node) => {
    if (node.kind === 'Global' || node.kind === 'Nonlocal') found.push(node);
    // Other scopes declare for themselves; expressions cannot declare.
    return SKIPPED.has(node.kind) ? SKIP : undefined;
  });
  return found;
}

const SKIPPED: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Expr',
  'Assign',
  'Return',
]);
