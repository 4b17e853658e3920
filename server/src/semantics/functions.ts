/** What the project's functions are: how they are declared, what they return, what decorators make of them. */
import { publicName } from '../knowledge/public-names.ts';
import type { Arg, Expr } from '../syntax/index.ts';
import type { Parameter, Signature } from './arguments.ts';
import { bodyFacts } from './bodies.ts';
import { type Evaluator, flowOf } from './evaluator.ts';
import type { Facts } from './facts.ts';
import {
  every,
  isOpen,
  isProjectId,
  type Kind,
  keyOf,
  membersOf,
  NONE,
  UNKNOWN,
  union,
} from './kinds.ts';

export interface FunctionFacts {
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly isStatic: boolean;
  readonly isClassMethod: boolean;
  readonly isProperty: boolean;
  readonly isOverload: boolean;
  /** Says what it returns. */
  readonly isAnnotated: boolean;
  /** Made a context manager by its decorator. */
  readonly manager: 'async' | 'sync' | null;
  /** Nothing but a docstring, `...`, `pass` or `raise NotImplementedError`. */
  readonly isStub: boolean;
  /** A statement of its body may be what makes it a generator: it cannot be read, or be run. */
  readonly mayYield: boolean;
}

export interface FunctionSignature extends Signature {
  /** How the parameter left out is annotated. */
  readonly self: Kind | null;
}

const NO_SIGNATURE: FunctionSignature = { self: null, parameters: [], returns: UNKNOWN };

function signatureKey({ self, parameters, returns }: FunctionSignature): string {
  const typeKey = (type: Kind | null) => type && keyOf(type);
  return JSON.stringify([
    typeKey(self),
    keyOf(returns),
    parameters.map(({ type, ...shape }) => ({ ...shape, type: typeKey(type) })),
  ]);
}

/** Decorators that leave what a function is, and what a call of it gives, as they were. */
const TRANSPARENT = new Set([
  'abc.abstractmethod',
  'classmethod',
  'property',
  'staticmethod',
  'abc.abstractproperty',
  'contextlib.asynccontextmanager',
  'contextlib.contextmanager',
  'functools.cache',
  'functools.cached_property',
  'functools.lru_cache',
  'functools.wraps',
  'typing.final',
  'typing.no_type_check',
  'typing.overload',
  'typing.override',
  'typing.type_check_only',
  'typing_extensions.deprecated',
  'typing_extensions.final',
  'typing_extensions.overload',
  'typing_extensions.override',
  'warnings.deprecated',
]);

const PROPERTIES = new Set(['property', 'functools.cached_property', 'abc.abstractproperty']);

export class Functions {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  of(id: string): FunctionFacts | undefined {
    return this.#facts.ask<FunctionFacts | undefined>(
      `function ${id}`,
      () => {
        const found = this.#facts.functionNode(id);
        if (found === undefined) return undefined;
        const evaluator = this.#facts.evaluator(id, found.chunk);
        const names = found.item.decorator_list.map((d) => decoratorName(d, evaluator));
        const has = (...wanted: string[]) =>
          names.some((n) => n !== undefined && wanted.includes(n));
        const body = bodyFacts(found.item);
        const isAsync = found.item.kind === 'AsyncFunctionDef';
        return {
          isAsync,
          // Python refuses `yield from` in a coroutine, where it hardly ever meant a generator.
          isGenerator: body.yields.some(({ kind }) => kind === 'Yield' || !isAsync),
          isStatic: has('staticmethod') || found.item.name === '__new__',
          isClassMethod:
            has('classmethod') ||
            found.item.name === '__init_subclass__' ||
            found.item.name === '__class_getitem__',
          isOverload: has('typing.overload'),
          isAnnotated: found.item.returns !== null,
          isProperty: has(...PROPERTIES),
          manager: has('contextlib.asynccontextmanager')
            ? 'async'
            : has('contextlib.contextmanager')
              ? 'sync'
              : null,
          isStub: body.isStub,
          mayYield:
            body.yields.length > 0 || (body.isDamaged && /\byield\b/.test(found.chunk.text)),
        };
      },
      (facts) => facts && JSON.stringify(facts),
      undefined,
    );
  }

  /** What the function's `return` gives: its annotation, else what its statements return. */
  result(id: string): Kind {
    if (!isProjectId(id)) return UNKNOWN;
    return this.#facts.ask<Kind>(
      `result ${id}`,
      () => {
        const found = this.#facts.functionNode(id);
        const facts = this.of(id);
        if (found === undefined || facts === undefined) return UNKNOWN;
        const evaluator = this.#facts.evaluator(id, found.chunk);
        const node = found.item;
        const annotated = node.returns && evaluator.annotation(node.returns);
        // Of what a factory of decorators gives, the annotation only says that it can be called.
        const isCallable = node.returns !== null && isCallableType(node.returns, evaluator);
        if (annotated !== null && !isCallable) return annotated;
        if (facts.isStub || bodyFacts(node).isDamaged) return annotated ?? UNKNOWN;
        const flow = flowOf(node);
        const returned = bodyFacts(node)
          .returns.filter((r) => flow?.isReachable(flow.pointOf(r) ?? r) ?? true)
          .map((r) => (r.value === null ? NONE : evaluator.kindOf(r.value)));
        if (flow === undefined) return annotated ?? UNKNOWN;
        if (flow.fallsThrough) returned.push(NONE);
        const kind = union(returned);
        const isTold = annotated === null || every(kind, (member) => member.k === 'function');
        return isTold ? kind : annotated;
      },
      keyOf,
      UNKNOWN,
    );
  }

  /** What a generator gives, one by one. */
  yielded(id: string): Kind {
    return this.#facts.ask<Kind>(
      `yielded ${id}`,
      () => {
        const found = this.#facts.functionNode(id);
        const facts = this.of(id);
        if (found === undefined || facts === undefined) return UNKNOWN;
        const { values } = this.#facts;
        if (facts.isAnnotated) return values.iterated(this.result(id), facts.isAsync);
        const { yields, isDamaged } = bodyFacts(found.item);
        if (isDamaged) return UNKNOWN;
        const evaluator = this.#facts.evaluator(id, found.chunk);
        return union(
          yields.map(({ kind, value }) => {
            if (value === null) return NONE;
            const given = evaluator.kindOf(value);
            return kind === 'Yield' ? given : values.iterated(given, false);
          }),
        );
      },
      keyOf,
      UNKNOWN,
    );
  }

  /** Identifiers of the `@overload`s of the function. */
  overloads(id: string): readonly string[] {
    const [base, place = '0'] = id.split(/#(?=\d+$)/) as [string, string?];
    const ids = Array.from({ length: Number(place) + 1 }, (_, i) =>
      i === 0 ? base : `${base}#${i}`,
    );
    return ids.filter((each) => this.of(each)?.isOverload);
  }

  /** The function's header, its type variables as they are. `isBound`: without the first parameter. */
  signature(id: string, isBound: boolean): FunctionSignature {
    return this.#facts.ask<FunctionSignature>(
      `signature ${id} ${isBound}`,
      () => {
        const found = this.#facts.functionNode(id);
        if (found === undefined) return NO_SIGNATURE;
        const evaluator = this.#facts.evaluator(id, found.chunk);
        const { args, returns } = found.item;
        const typed = (arg: Arg, kind: Parameter['kind'], hasDefault: boolean): Parameter => ({
          name: arg.arg,
          kind,
          hasDefault,
          type: arg.annotation && evaluator.annotation(arg.annotation),
        });
        const positional = [...args.posonlyargs, ...args.args].map((arg, i, all) =>
          typed(
            arg,
            args.posonlyargs.includes(arg) ? 'positional-only' : 'positional',
            i >= all.length - args.defaults.length,
          ),
        );
        const self = isBound ? (positional.shift()?.type ?? null) : null;
        const parameters = [
          ...positional,
          ...(args.vararg === null ? [] : [typed(args.vararg, 'var-positional', true)]),
          ...args.kwonlyargs.map((arg, i) =>
            typed(arg, 'keyword-only', args.kw_defaults[i] !== null),
          ),
          ...(args.kwarg === null ? [] : [typed(args.kwarg, 'var-keyword', true)]),
        ];
        return {
          self,
          parameters,
          returns: returns === null ? UNKNOWN : evaluator.annotation(returns),
        };
      },
      signatureKey,
      NO_SIGNATURE,
    );
  }

  decoratedBy(kind: Kind, decorator: Expr, evaluator: Evaluator): Kind {
    const name = decoratorName(decorator, evaluator);
    if (name !== undefined && TRANSPARENT.has(name)) return kind;
    const value = evaluator.kindOf(decorator);
    if (value.k !== 'function' || !isProjectId(value.fn)) return UNKNOWN;
    const made = this.#decoration(value.fn, kind);
    if (made.k !== 'unknown' && !this.#isOpenAbout(made)) return made;
    // What it says it makes: `Callable[P, Wrapper[T]]` of `Callable[P, Awaitable[T]]`.
    const given = { positional: [() => kind], named: new Map(), starred: [], isOpen: false };
    const said = this.#facts.values.called(value, given);
    return said.k === 'callable' || said.k === 'function' ? said : made;
  }

  /** Does a function say what it returns with type variables, which the decorator alone can tell? */
  #isOpenAbout(kind: Kind): boolean {
    if (kind.k !== 'function' || !isProjectId(kind.fn)) return false;
    return (this.of(kind.fn)?.isAnnotated ?? false) && isOpen(this.result(kind.fn));
  }

  /** What a project decorator makes of a function: itself, or the inner function that it returns. */
  #decoration(id: string, decorated: Kind): Kind {
    const effect = this.#facts.ask<'identity' | Kind>(
      `decoration ${id}`,
      () => {
        const found = this.#facts.functionNode(id);
        const facts = this.of(id);
        if (found === undefined || facts === undefined || facts.isAsync || facts.isGenerator)
          return UNKNOWN;
        const { args } = found.item.args;
        const parameter = found.item.args.posonlyargs[0] ?? args[0];
        const values = bodyFacts(found.item).returns.map((r) => r.value);
        if (values.length === 0 || flowOf(found.item)?.fallsThrough !== false) return UNKNOWN;
        if (values.every((v) => v?.kind === 'Name' && v.id === parameter?.arg)) return 'identity';
        const evaluator = this.#facts.evaluator(id, found.chunk);
        return union(values.map((v) => (v === null ? NONE : evaluator.kindOf(v))));
      },
      (effectFound) => (effectFound === 'identity' ? effectFound : keyOf(effectFound)),
      UNKNOWN,
    );
    if (effect === 'identity') return decorated;
    if (effect.k !== 'function') return UNKNOWN;
    return decorated.k === 'function' ? { ...effect, wraps: decorated.fn } : effect;
  }
}

function isCallableType(annotation: Expr, evaluator: Evaluator): boolean {
  const head = annotation.kind === 'Subscript' ? annotation.value : annotation;
  return /^(?:typing|collections\.abc)\.Callable$/.test(evaluator.qualifiedName(head) ?? '');
}

/** The name of a decorator, the factory's when it is called: `wraps` for `@wraps(f)`. */
export function decoratorName(decorator: Expr, evaluator: Evaluator): string | undefined {
  const head = decorator.kind === 'Call' ? decorator.func : decorator;
  return evaluator.qualifiedName(head) ?? standardName(evaluator.kindOf(head));
}

/** A project may hand on what it imports: `from .compat import cached_property`. */
function standardName(kind: Kind): string | undefined {
  const names = membersOf(kind).map((member) => {
    const id = member.k === 'class' ? member.cls : member.k === 'function' ? member.fn : undefined;
    return id === undefined || isProjectId(id) ? undefined : publicName(id);
  });
  // `cached_property = property` for type checkers only: both read alike.
  const isOne = new Set(names).size === 1 || names.every((name) => PROPERTIES.has(name ?? ''));
  return isOne ? names[0] : undefined;
}
