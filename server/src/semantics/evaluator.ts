/**
 * What an expression evaluates to, as a kind. One evaluator serves one chunk for the time of one query; all
 * it learns from outside the chunk it asks of `Facts`, which records the question.
 */
import {
  type Attribute,
  ancestors,
  type Call,
  type Chunk,
  type Expr,
  type FunctionDef,
  holds,
  type Lambda,
  type Name,
  type Node,
} from '../syntax/index.ts';
import { readAnnotation } from './annotations.ts';
import { argumentsOf } from './arguments.ts';
import { variableName } from './classes.ts';
import type { Facts } from './facts.ts';
import { Flow, type FlowPoint } from './flow.ts';
import { isAsyncExpression } from './generators.ts';
import { type Guard, guardsOn, referenceOf } from './guards.ts';
import {
  fn,
  instance,
  type Kind,
  membersOf,
  NEVER,
  NONE,
  settled,
  typeOf,
  UNKNOWN,
  union,
  withoutNone,
} from './kinds.ts';
import {
  type Binding,
  type ChunkScopes,
  enclosingMethod,
  type Path,
  type Scope,
  scopeHolding,
  scopesOf,
} from './scopes.ts';

/** Nesting of questions beyond which a human would not follow either. */
const MAX_DEPTH = 80;

const CONSTANTS: Readonly<Record<string, Kind>> = {
  str: instance('builtins.str'),
  bytes: instance('builtins.bytes'),
  int: instance('builtins.int'),
  float: instance('builtins.float'),
  complex: instance('builtins.complex'),
  bool: instance('builtins.bool'),
  None: NONE,
};

/** A longer tuple is not written to be taken apart by hand. */
const MAX_TUPLE = 16;

const TYPE_VARIABLES: ReadonlySet<string> = new Set([
  'typing.TypeVar',
  'typing_extensions.TypeVar',
]);

/** Functions that tell whether something has to be awaited. */
const ASKING =
  /^(?:inspect|asyncio)\.(?:is(?:coroutine|awaitable|future|asyncgen)|is(?:coroutine|asyncgen)function)$/;
const ANY_STR: Kind = {
  k: 'variable',
  name: 'typing::AnyStr',
  bound: union([instance('builtins.str'), instance('builtins.bytes')]),
};
const ANY_COROUTINE: Kind = { k: 'coroutine', fn: null, of: null };

const flows = new WeakMap<Node, { readonly flow: Flow | undefined }>();

export function flowOf(node: FunctionDef): Flow | undefined {
  let cached = flows.get(node);
  if (cached === undefined) {
    cached = { flow: Flow.of(node.body) };
    flows.set(node, cached);
  }
  return cached.flow;
}

/** What has more values than this is not followed: code that is so long is not written by hand. */
const MAX_BINDINGS = 64;

/** Where a function binds one of its variables. */
class Binders {
  readonly #at = new Map<FlowPoint, Binding[]>();
  readonly #parameters: readonly Binding[];
  readonly #places = new Map<Binding, number>();
  /** What is bound before each point that was asked about: the next question walks back to there, not to the start. */
  readonly #before = new Map<FlowPoint, readonly Binding[]>();
  readonly #seen = new WeakMap<Name, readonly Binding[]>();

  constructor(
    readonly all: readonly Binding[],
    readonly flow: Flow,
  ) {
    this.#parameters = all.filter((b) => b.node.kind === 'arg');
    for (const binding of all) {
      this.#places.set(binding, this.#places.size);
      const at = flow.pointOf(binding.node);
      if (at === undefined || binding.node.kind === 'arg') continue;
      const known = this.#at.get(at);
      if (known === undefined) this.#at.set(at, [binding]);
      else known.push(binding);
    }
  }

  /** The bindings that a use in the function's own frame may see. */
  reaching(use: Name): readonly Binding[] {
    let seen = this.#seen.get(use);
    if (seen === undefined) this.#seen.set(use, (seen = this.#reaching(use)));
    return seen;
  }

  #reaching(use: Name): readonly Binding[] {
    const point = this.flow.pointOf(use);
    if (point === undefined) return this.all;
    let before = this.#before.get(point);
    if (before === undefined) this.#before.set(point, (before = this.#boundBefore(point)));
    // `if (x := f()) and x.y`: bound within the same statement, before the use.
    const within = (this.#at.get(point) ?? []).filter(
      (b) => b.node.parent?.kind === 'NamedExpr' && b.node.end < use.start,
    );
    if (before === this.all || before.length + within.length === 0) return this.all;
    return within.length === 0 ? before : this.#inOrder(new Set([...before, ...within]));
  }

  /** All of them when they are many. */
  #boundBefore(point: FlowPoint): readonly Binding[] {
    const found = new Set<Binding>();
    let areMany = false;
    const meets = (at: FlowPoint) => {
      const bound = this.#at.get(at) ?? this.#before.get(at);
      areMany ||= bound === this.all;
      if (areMany || bound === undefined) return areMany;
      for (const binding of bound) found.add(binding);
      areMany = found.size > MAX_BINDINGS;
      return true;
    };
    const isEntered = this.flow.fromEntry(point, meets);
    if (isEntered) for (const binding of this.#parameters) found.add(binding);
    return areMany ? this.all : this.#inOrder(found);
  }

  /** As they are written, whatever was asked first. */
  #inOrder(bindings: ReadonlySet<Binding>): readonly Binding[] {
    return [...bindings].sort((a, b) => this.#places.get(a)! - this.#places.get(b)!);
  }
}

const bindersByVariable = new WeakMap<readonly Binding[], Binders | null>();

/** Null when closures bind the variable as well, or the function's flow is not known. */
function bindersOf(all: readonly Binding[], fn: FunctionDef): Binders | null {
  let known = bindersByVariable.get(all);
  if (known === undefined) {
    const flow = flowOf(fn);
    const isOwn = flow !== undefined && all.every((binding) => belongsTo(binding, fn));
    bindersByVariable.set(all, (known = isOwn ? new Binders(all, flow) : null));
  }
  return known;
}

export class Evaluator {
  readonly scopes: ChunkScopes;
  readonly #memo = new Map<Expr, Kind>();
  /** Names read in strings, with the scopes they are looked up in. */
  readonly #readNames = new Map<Name, Scope>();
  #depth = 0;

  constructor(
    readonly facts: Facts,
    readonly path: string,
    readonly chunk: Chunk,
    /** Is a call of unknown kind taken for a coroutine? */
    readonly presumes: (call: Call, evaluator: Evaluator) => boolean = () => false,
  ) {
    this.scopes = scopesOf(chunk);
  }

  kindOf(expr: Expr): Kind {
    const known = this.#memo.get(expr);
    if (known !== undefined) return known;
    if (this.#depth > MAX_DEPTH) return UNKNOWN;
    // A name that leads back to itself (`x = x.next`) is not known by itself.
    this.#memo.set(expr, UNKNOWN);
    this.#depth++;
    try {
      const kind = this.#evaluate(expr);
      this.#memo.set(expr, kind);
      return kind;
    } finally {
      this.#depth--;
    }
  }

  /** The kind of what a binding binds. */
  bindingKind(binding: Binding): Kind {
    const { origin } = binding;
    switch (origin.how) {
      case 'function':
        return this.#decorated(origin.node);
      case 'class':
        return this.facts.classes.classValue(this.path, origin.node, this);
      case 'import':
        return this.facts.imported(this.path, origin.module, origin.level, origin.name);
      case 'assign':
        return this.#unpackWritten(origin.value, origin.path);
      case 'annotated': {
        const annotated = this.annotation(origin.annotation);
        return annotated.k === 'unknown' && origin.value !== null
          ? this.kindOf(origin.value)
          : annotated;
      }
      case 'for':
        return this.#unpack(
          this.facts.values.iterated(this.kindOf(origin.iter), origin.async),
          origin.path,
        );
      case 'with':
        return this.#unpack(
          this.facts.values.entered(this.kindOf(origin.item.context_expr), origin.async),
          origin.path,
        );
      case 'parameter':
        return this.#parameter(binding, origin.arg.annotation, origin.of, origin.index);
      case 'other':
        return this.#otherKind(binding);
    }
  }

  /** The bindings of its variable that a use of a local name may see; null when it is not local to a function. */
  reaching(name: Name): { readonly holder: Scope; readonly bindings: readonly Binding[] } | null {
    const from = this.scopes.nameScopes.get(name);
    if (from === undefined) return null;
    const holder = scopeHolding(name.id, from);
    if (
      holder === null ||
      holder.kind === 'module' ||
      (holder.kind === 'class' && holder.node === null)
    )
      return null;
    const all = holder.bindings.get(name.id) ?? [];
    const { node } = holder;
    if (all.length < 2 || !isFunctionNode(node) || node.kind === 'Lambda')
      return { holder, bindings: all };
    const binders = sharesFrame(from, holder) ? bindersOf(all, node) : null;
    return { holder, bindings: binders?.reaching(name) ?? all };
  }

  /** What the name means where it stands. */
  nameKind(id: string, from: Scope, name?: Name): Kind {
    const holder = scopeHolding(id, from);
    if (
      holder === null ||
      holder.kind === 'module' ||
      (holder.kind === 'class' && holder.node === null)
    )
      return this.#outerName(id, from, holder);
    const bindings = name === undefined ? holder.bindings.get(id)! : this.reaching(name)!.bindings;
    return bindings.length > MAX_BINDINGS
      ? UNKNOWN
      : union(bindings.map((b) => this.bindingKind(b)));
  }

  /** The instance described by an annotation; unknown when it says nothing certain. */
  annotation(expr: Expr): Kind {
    switch (expr.kind) {
      case 'Constant':
        if (expr.type === 'None') return NONE;
        return expr.type === 'str' ? this.#writtenAnnotation(expr) : UNKNOWN;
      case 'BinOp':
        return expr.op === '|'
          ? union([this.annotation(expr.left), this.annotation(expr.right)])
          : UNKNOWN;
      case 'Name':
      case 'Attribute':
        return this.#namedAnnotation(expr);
      case 'Subscript':
        return this.#subscriptedAnnotation(expr.value, expr.slice);
      default:
        return UNKNOWN;
    }
  }

  /** The types in brackets after a generic. */
  typeArguments(slice: Expr): readonly Kind[] {
    const types = slice.kind === 'Tuple' ? slice.elts : [slice];
    const [first, second] = types;
    // `tuple[int, ...]`
    if (first !== undefined && second?.kind === 'Constant' && second.type === 'Ellipsis')
      return [{ k: 'rest', of: this.annotation(first) }];
    return types.map((type) => this.annotation(type));
  }

  /**
   * The dotted name that an expression stands for through imports alone: `asyncio.sleep` for `aio.sleep`
   * under `import asyncio as aio`. Undefined when anything else is bound to the name.
   */
  qualifiedName(expr: Expr): string | undefined {
    const attributes: string[] = [];
    let head = expr;
    while (head.kind === 'Attribute') {
      attributes.unshift(head.attr);
      head = head.value;
    }
    if (head.kind !== 'Name') return undefined;
    const base = this.#importedName(head);
    return base === undefined
      ? undefined
      : this.facts.canonicalName([base, ...attributes].join('.'));
  }

  /** The innermost function (or lambda) in which the node runs, comprehensions looked through. */
  functionAround(node: Node): FunctionDef | Lambda | null {
    let child = node;
    for (const parent of ancestors(node)) {
      if (isFunctionNode(parent) && runsInside(parent, child)) return parent;
      if (parent.kind === 'ClassDef' && runsInside(parent, child)) return null;
      child = parent;
    }
    return null;
  }

  /** Identifier of the innermost class around the node. */
  classAround(node: Node): string | undefined {
    for (let scope: Scope | null = this.scopeAround(node); scope !== null; scope = scope.parent) {
      if (scope.kind !== 'class') continue;
      return scope.node?.kind === 'ClassDef'
        ? this.facts.idOf(this.path, this.chunk, scope.node)
        : this.facts.ownerOf(this.path, this.chunk);
    }
    return undefined;
  }

  /** The scope in which a node is evaluated. */
  scopeAround(node: Node): Scope {
    let child = node;
    for (const parent of ancestors(node)) {
      const opened = this.scopes.opened.get(parent);
      if (opened !== undefined && runsInside(parent, child)) return opened;
      child = parent;
    }
    return this.scopes.root;
  }

  // What follows goes by the kind of expression.

  #evaluate(expr: Expr): Kind {
    switch (expr.kind) {
      case 'Name': {
        const scope = this.#scopeOf(expr);
        if (scope === undefined) return UNKNOWN;
        if (this.#readNames.has(expr)) return this.nameKind(expr.id, scope);
        return this.#guarded(expr, this.nameKind(expr.id, scope, expr));
      }
      case 'Attribute': {
        const receiver = this.kindOf(expr.value);
        return this.#guarded(expr, this.facts.values.attribute(receiver, expr.attr));
      }
      case 'Call':
        return this.#call(expr);
      case 'Await':
        return this.facts.values.awaited(this.kindOf(expr.value));
      case 'NamedExpr':
        return this.kindOf(expr.value);
      case 'IfExp':
        return union([this.kindOf(expr.body), this.kindOf(expr.orelse)]);
      case 'BoolOp': {
        const kinds = expr.values.map((value) => this.kindOf(value));
        const last = kinds.pop()!;
        // `None or x` is `x`.
        return union(expr.op === 'or' ? [...kinds.map(withoutNone), last] : [...kinds, last]);
      }
      case 'Lambda': {
        const returns = this.kindOf(expr.body);
        return returns.k === 'unknown' ? UNKNOWN : { k: 'callable', returns };
      }
      case 'Constant':
        return CONSTANTS[expr.type] ?? UNKNOWN;
      case 'JoinedStr':
        return instance('builtins.str');
      case 'List':
      case 'Set':
        return instance(
          expr.kind === 'List' ? 'builtins.list' : 'builtins.set',
          this.#common(expr.elts),
        );
      case 'ListComp':
      case 'SetComp':
        return instance(
          expr.kind === 'ListComp' ? 'builtins.list' : 'builtins.set',
          this.kindOf(expr.elt),
        );
      case 'Tuple': {
        const isOpen = expr.elts.length > MAX_TUPLE || expr.elts.some((e) => e.kind === 'Starred');
        return isOpen
          ? instance('builtins.tuple', { k: 'rest', of: this.#common(expr.elts) })
          : instance('builtins.tuple', ...expr.elts.map((e) => this.kindOf(e)));
      }
      case 'Dict': {
        if (expr.keys.includes(null)) return instance('builtins.dict');
        const keys = expr.keys.map((key) => this.kindOf(key!));
        const values = expr.values.map((value) => this.kindOf(value));
        return instance('builtins.dict', heldBy(keys), heldBy(values));
      }
      case 'DictComp':
        return instance('builtins.dict', this.kindOf(expr.key), this.kindOf(expr.value));
      case 'GeneratorExp':
        return isAsyncExpression(expr)
          ? { k: 'asyncGenerator', fn: null, of: this.kindOf(expr.elt) }
          : instance('types.GeneratorType', this.kindOf(expr.elt));
      case 'Compare':
        return expr.ops.every((op) => op.startsWith('is') || op.endsWith('in'))
          ? instance('builtins.bool')
          : UNKNOWN;
      case 'UnaryOp':
        return expr.op === 'not' ? instance('builtins.bool') : UNKNOWN;
      case 'BinOp': {
        const { values } = this.facts;
        if (expr.op === '|')
          return values.eitherType(this.kindOf(expr.left), this.kindOf(expr.right));
        // `folder / 'name'`: what other operators give, both operands would have a say in.
        return expr.op === '/'
          ? values.called(values.attribute(this.kindOf(expr.left), '__truediv__'))
          : UNKNOWN;
      }
      case 'Subscript': {
        const value = this.kindOf(expr.value);
        if (this.facts.values.isGeneric(value))
          return typeOf(this.#subscriptedAnnotation(expr.value, expr.slice));
        return this.facts.values.item(value, indexOf(expr.slice), expr.slice.kind === 'Slice');
      }
      default:
        return UNKNOWN;
    }
  }

  /** The kind of a name or attribute, as the tests and assignments before it leave it. */
  #guarded(expr: Name | Attribute, declared: Kind): Kind {
    const reference = referenceOf(expr);
    if (reference === null) return declared;
    let kind = declared;
    for (const guard of guardsOn(this.chunk, reference, expr))
      kind = this.#narrowed(kind, guard, expr);
    return kind;
  }

  #narrowed(kind: Kind, guard: Guard, expr: Name | Attribute): Kind {
    switch (guard.how) {
      case 'test':
        return this.#tested(kind, guard.test, guard.holds);
      case 'pattern':
        return guard.pattern.kind === 'MatchClass'
          ? this.facts.values.narrowed(kind, [this.annotation(guard.pattern.cls)], true)
          : kind;
      case 'assign': {
        // What a property is given is not what it gives.
        if (
          expr.kind === 'Attribute' &&
          !this.facts.values.isStored(this.kindOf(expr.value), expr.attr)
        )
          return kind;
        const assigned = this.#unpackWritten(guard.value, guard.path);
        return assigned.k === 'unknown' || assigned.k === 'none' ? kind : assigned;
      }
    }
  }

  /** What a test that holds, or does not, leaves of the possible values of its subject. */
  #tested(kind: Kind, test: Expr, holds: boolean): Kind {
    if (test.kind === 'Compare') {
      const [op] = test.ops;
      const other = test.comparators[0]!;
      const isNone = other.kind === 'Constant' && other.type === 'None';
      if (!isNone || test.ops.length > 1 || !op?.startsWith('is')) return kind;
      return (op === 'is') === holds ? kind : withoutNone(kind);
    }
    if (test.kind !== 'Call') return holds ? withoutNone(kind) : kind;
    const callee = this.qualifiedName(test.func) ?? '';
    if (callee === 'isinstance' && test.args[1] !== undefined)
      return this.facts.values.narrowed(kind, this.#classesNamed(test.args[1]), holds);
    // Who asks knows what may be there.
    if (ASKING.test(callee))
      return holds ? UNKNOWN : this.facts.values.narrowed(kind, [ANY_COROUTINE], false);
    return kind;
  }

  /** `A`, `(A, B)`, `A | B`, of `isinstance`. */
  #classesNamed(expr: Expr): readonly Kind[] {
    if (expr.kind === 'Tuple') return expr.elts.flatMap((element) => this.#classesNamed(element));
    return membersOf(this.annotation(expr));
  }

  #call(call: Call): Kind {
    const callee = this.kindOf(call.func);
    const kind = union(membersOf(withoutNone(callee)).map((member) => this.#callOf(member, call)));
    return settled(kind).k === 'unknown' && this.presumes(call, this)
      ? { k: 'coroutine', fn: null, of: null }
      : kind;
  }

  #callOf(callee: Kind, call: Call): Kind {
    if (callee.k === 'class') {
      if (callee.cls === 'builtins.super' && call.args.length === 0) {
        const owner = this.#owner(call);
        return owner === undefined ? UNKNOWN : { k: 'super', cls: owner };
      }
      if (callee.cls === 'builtins.type' && call.args.length === 1) {
        const value = this.kindOf(call.args[0]!);
        return value.k === 'instance' ? { k: 'class', cls: value.cls } : UNKNOWN;
      }
      if (callee.cls === 'functools.partial' && call.args[0] !== undefined)
        return { k: 'partial', of: this.kindOf(call.args[0]) };
      if (TYPE_VARIABLES.has(callee.cls)) return this.#typeVariable(call);
    }
    // The type may be written as a string.
    if (callee.k === 'function' && callee.fn === 'typing.cast' && call.args[0] !== undefined)
      return this.annotation(call.args[0]);
    const given = argumentsOf(call, (argument) => () => {
      const isMany = argument.kind === 'Starred';
      const kind = this.kindOf(isMany ? argument.value : argument);
      return isMany ? this.facts.values.iterated(kind, false) : kind;
    });
    return this.facts.values.called(callee, given);
  }

  /** What `T = TypeVar("T", bound=…)` makes. */
  #typeVariable({ args, keywords }: Call): Kind {
    const [name, ...constraints] = args;
    if (name?.kind !== 'Constant' || name.type !== 'str') return UNKNOWN;
    const bound = keywords.find(({ arg }) => arg === 'bound')?.value;
    const least = bound === undefined ? constraints : [bound];
    return typeOf({
      k: 'variable',
      name: variableName(this.path, name.value ?? ''),
      bound: union(least.map((type) => this.annotation(type))),
    });
  }

  #common(elements: readonly Expr[]): Kind {
    return heldBy(
      elements.map((e) =>
        e.kind === 'Starred'
          ? this.facts.values.iterated(this.kindOf(e.value), false)
          : this.kindOf(e),
      ),
    );
  }

  #unpack(kind: Kind, path: Path): Kind {
    let current = kind;
    for (const step of path) {
      if (step === '*') return UNKNOWN;
      current = this.facts.values.unpacked(current, step);
    }
    return current;
  }

  /** The same of what is written: in `a, b = b, None` the parts do not depend on one another. */
  #unpackWritten(value: Expr, path: Path): Kind {
    const [step, ...rest] = path;
    if (typeof step !== 'number' || (value.kind !== 'Tuple' && value.kind !== 'List'))
      return this.#unpack(this.kindOf(value), path);
    const element = value.elts[step];
    return element === undefined || value.elts.some((e) => e.kind === 'Starred')
      ? UNKNOWN
      : this.#unpackWritten(element, rest);
  }

  /** What is bound by something other than a value: a type parameter, a pattern, an `except`. */
  #otherKind({ node }: Binding): Kind {
    // `del x` adds nothing to what the name may stand for.
    if (node.parent?.kind === 'Delete') return NEVER;
    switch (node.kind) {
      case 'TypeVar': {
        const bound = node.bound === null ? UNKNOWN : this.annotation(node.bound);
        return typeOf({ k: 'variable', name: variableName(this.path, node.name), bound });
      }
      case 'MatchAs':
        return node.pattern?.kind === 'MatchClass' ? this.annotation(node.pattern.cls) : UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  #parameter(
    binding: Binding,
    annotation: Expr | null,
    of: FunctionDef | Lambda,
    index: number,
  ): Kind {
    const annotated = annotation === null ? UNKNOWN : this.annotation(annotation);
    const isSelf = annotated.k === 'unknown' || annotated.k === 'variable';
    if (!isSelf) return annotated;
    // `self: T` is the instance all the same.
    if (index === 0 && of.kind !== 'Lambda' && binding.scope.parent?.kind === 'class') {
      const owner = this.#ownerOf(binding.scope);
      if (owner === undefined) return UNKNOWN;
      const id = this.facts.idOf(this.path, this.chunk, of);
      const facts = id === undefined ? undefined : this.facts.functions.of(id);
      if (facts === undefined || facts.isStatic) return UNKNOWN;
      return facts.isClassMethod ? { k: 'class', cls: owner } : this.facts.classes.ofItself(owner);
    }
    return annotation === null ? this.#streamGiven(binding, of, index) : annotated;
  }

  /** What a server of streams calls its handler with. */
  #streamGiven(binding: Binding, of: FunctionDef | Lambda, index: number): Kind {
    const id = of.kind === 'Lambda' ? undefined : this.facts.idOf(this.path, this.chunk, of);
    if (id === undefined || !this.facts.callers.isStreamHandler(id)) return UNKNOWN;
    const isMethod = binding.scope.parent?.kind === 'class';
    const isBound = isMethod && this.facts.functions.of(id)?.isStatic === false;
    const cls = STREAMS[isBound ? index - 1 : index];
    return cls === undefined ? UNKNOWN : instance(cls);
  }

  #decorated(node: FunctionDef): Kind {
    const id = this.facts.idOf(this.path, this.chunk, node);
    if (id === undefined) return UNKNOWN;
    let kind: Kind = fn(id);
    for (let i = node.decorator_list.length - 1; i >= 0; i--) {
      const decorator = node.decorator_list[i]!;
      kind = this.facts.functions.decoratedBy(kind, decorator, this);
      if (kind.k === 'unknown') break;
    }
    return kind;
  }

  #outerName(id: string, from: Scope, holder: Scope | null): Kind {
    const inClassBody = holder?.kind === 'class' || (holder === null && from === this.scopes.root);
    if (inClassBody && this.scopes.root.kind === 'class') {
      const owner = this.facts.ownerOf(this.path, this.chunk);
      const member = owner === undefined ? undefined : this.facts.classes.classBodyName(owner, id);
      if (member !== undefined) return member;
    }
    return this.facts.global(this.path, id) ?? this.facts.builtin(id);
  }

  #scopeOf(name: Name): Scope | undefined {
    return this.scopes.nameScopes.get(name) ?? this.#readNames.get(name);
  }

  #importedName(name: Name): string | undefined {
    const from = this.#scopeOf(name);
    if (from === undefined) return undefined;
    const holder = scopeHolding(name.id, from);
    if (holder === null || holder.kind === 'module')
      return this.facts.globalImport(this.path, name.id);
    const names = new Set(
      (holder.bindings.get(name.id) ?? []).map((b) => this.facts.importedName(this.path, b.origin)),
    );
    return names.size === 1 ? [...names][0] : undefined;
  }

  #writtenAnnotation(text: Extract<Expr, { kind: 'Constant' }>): Kind {
    const read = readAnnotation(text.value ?? '', text);
    if (read === null) return UNKNOWN;
    for (const name of read.names) this.#readNames.set(name, this.scopeAround(text));
    return this.annotation(read.expr);
  }

  #subscriptedAnnotation(head: Expr, slice: Expr): Kind {
    const parameters = slice.kind === 'Tuple' ? slice.elts : [slice];
    const name = this.qualifiedName(head);
    switch (name) {
      case 'typing.Optional':
        return union([this.annotation(slice), NONE]);
      case 'typing.Union':
        return union(parameters.map((p) => this.annotation(p)));
      case 'typing.Annotated':
      case 'typing.Final':
      case 'typing.ClassVar':
      case 'typing.Required':
      case 'typing.NotRequired':
        return parameters[0] === undefined ? UNKNOWN : this.annotation(parameters[0]);
      case 'typing.Type':
        return this.#classNamed(slice);
      case 'typing.Literal':
        return union(parameters.map((p) => (p.kind === 'Constant' ? this.kindOf(p) : UNKNOWN)));
      case 'typing.Callable': {
        const returns = parameters[1] === undefined ? UNKNOWN : this.annotation(parameters[1]);
        return { k: 'callable', returns };
      }
    }
    const kind = this.kindOf(head);
    if (kind.k === 'class' && kind.cls === 'builtins.type') return this.#classNamed(slice);
    return this.facts.values.instanceOf(kind, this.typeArguments(slice));
  }

  #namedAnnotation(expr: Expr): Kind {
    const kind = this.facts.values.instanceOf(this.kindOf(expr), []);
    const isForm = kind.k === 'unknown' || (kind.k === 'instance' && kind.cls === 'typing.TypeVar');
    const name = isForm ? this.qualifiedName(expr) : undefined;
    if (name === 'typing.AnyStr') return ANY_STR;
    if (name === 'typing.Callable') return { k: 'callable', returns: UNKNOWN };
    if (name !== 'typing.Self') return kind;
    const owner = this.classAround(expr);
    if (owner === undefined) return UNKNOWN;
    return { k: 'variable', name: 'Self', bound: this.facts.classes.ofItself(owner) };
  }

  /** `A` in `type[A]`. */
  #classNamed(expr: Expr): Kind {
    const kind = this.annotation(expr);
    if (kind.k === 'variable') return typeOf(kind);
    return kind.k === 'instance' ? { k: 'class', cls: kind.cls } : UNKNOWN;
  }

  #owner(node: Node): string | undefined {
    const method = enclosingMethod(this.scopeAround(node));
    return method === null ? undefined : this.#ownerOf(method);
  }

  /** Identifier of the class in whose body the method's scope stands. */
  #ownerOf(method: Scope): string | undefined {
    const cls = method.parent;
    if (cls?.kind !== 'class') return undefined;
    return cls.node?.kind === 'ClassDef'
      ? this.facts.idOf(this.path, this.chunk, cls.node)
      : this.facts.ownerOf(this.path, this.chunk);
  }
}

/** What a literal holds, whichever the place. */
function heldBy(elements: readonly Kind[]): Kind {
  return elements.length === 0 ? NEVER : union(elements);
}

/** The number written between brackets. */
function indexOf(slice: Expr): number | null {
  const isNegative = slice.kind === 'UnaryOp' && slice.op === '-';
  const digits = isNegative ? slice.operand : slice;
  if (digits.kind !== 'Constant' || digits.type !== 'int') return null;
  return isNegative ? -Number(digits.value) : Number(digits.value);
}

export function isFunctionNode(node: Node | null): node is FunctionDef | Lambda {
  return (
    node?.kind === 'FunctionDef' || node?.kind === 'AsyncFunctionDef' || node?.kind === 'Lambda'
  );
}

/** Does `child`, a direct child of the function, class, lambda or comprehension, run inside its scope? Defaults, decorators and annotations run outside. */
export function runsInside(parent: Node, child: Node): boolean {
  switch (parent.kind) {
    case 'FunctionDef':
    case 'AsyncFunctionDef':
    case 'ClassDef':
      return holds(parent.body, child);
    case 'Lambda':
      return parent.body === child;
    case 'ListComp':
    case 'SetComp':
    case 'GeneratorExp':
    case 'DictComp':
      return true;
    default:
      return false;
  }
}

const STREAMS = ['asyncio.streams.StreamReader', 'asyncio.streams.StreamWriter'] as const;

/** Is `from` the holder's own frame (comprehensions run in it, closures do not)? */
function sharesFrame(from: Scope, holder: Scope): boolean {
  let scope: Scope | null = from;
  while (scope !== null && scope !== holder && scope.kind === 'comprehension') scope = scope.parent;
  return scope === holder;
}

/** Was the name bound by the function's own code (not by a closure's `nonlocal`)? */
function belongsTo(binding: Binding, fn: FunctionDef): boolean {
  if (binding.node.kind === 'arg') return true;
  let child: Node = binding.node;
  for (const parent of ancestors(binding.node)) {
    if (isFunctionNode(parent) && runsInside(parent, child)) return parent === fn;
    child = parent;
  }
  return false;
}
