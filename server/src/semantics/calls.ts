/** What calling a value gives: overloads chosen, type variables told by the arguments. */
import { classGivenBy } from '../knowledge/packages.ts';
import {
  type Arguments,
  matched,
  type Parameter,
  type Signature,
  takingSignatures,
} from './arguments.ts';
import type { Facts } from './facts.ts';
import {
  instance,
  isOpen,
  isProjectId,
  type Kind,
  type KindOf,
  membersOf,
  NEVER,
  projectId,
  splitProjectId,
  substitute,
  UNKNOWN,
  union,
  variablesIn,
  withoutNone,
} from './kinds.ts';
import {
  asStandardBase,
  atLeast,
  classEntry,
  isStubVariable,
  protocolMethod,
  standardFunction,
  standardMakers,
} from './stdlib-kinds.ts';

/** What the type variables of a class stand for; undefined for others. */
export type Variables = (variable: KindOf<'variable'>) => Kind | undefined;
/** Is a value what a signature means? */
type Fit = 'yes' | 'perhaps' | 'no';
/** What type variables, by name, were seen to stand for. */
type Found = Map<string, Kind[]>;

/** Built empty, they may come to hold anything. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'builtins.dict',
  'builtins.list',
  'builtins.set',
  'collections.deque',
]);

export class Calls {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** What a call gives; `given` null: its arguments are not known. */
  called(callee: Kind, given: Arguments | null): Kind {
    switch (callee.k) {
      case 'union':
        return union(membersOf(withoutNone(callee)).map((member) => this.called(member, given)));
      case 'class':
        return this.#constructed(callee.cls, given);
      case 'type':
        return callee.of.k === 'instance' && this.#constructed(callee.of.cls, null).k === 'instance'
          ? callee.of
          : UNKNOWN;
      case 'function':
        return isProjectId(callee.fn)
          ? this.#functionCalled(callee.fn, callee.self, given)
          : this.#standardCalled(callee.fn, callee.self, given);
      case 'callable':
        return callee.returns;
      case 'partial':
        return this.called(callee.of, null);
      case 'variable':
        return this.called(callee.bound, given);
      case 'instance': {
        const call = this.#facts.values.member(callee, '__call__');
        return call === undefined ? UNKNOWN : this.called(call, given);
      }
      case 'known': {
        const cls = classGivenBy(callee.name);
        return cls === undefined ? UNKNOWN : instance(cls);
      }
      default:
        return UNKNOWN;
    }
  }

  /** What a project function, or class, is called with; null when that is not told once for all. */
  parameters(callee: Kind): readonly Parameter[] | null {
    const { classes, functions } = this.#facts;
    if (callee.k === 'function' && isProjectId(callee.fn)) {
      if (functions.overloads(callee.fn).length > 0) return null;
      const { parameters } = functions.signature(callee.fn, callee.self !== null);
      return typedFor(parameters, this.#classVariables(callee.fn, callee.self));
    }
    if (callee.k !== 'class' || !isProjectId(callee.cls)) return null;
    const { mro } = classes.of(callee.cls);
    const init = classes.lookUp(mro, '__init__', classes.ofItself(callee.cls));
    return init?.k === 'function' && isProjectId(init.fn)
      ? this.parameters(init)
      : classes.dataclassParameters(callee.cls);
  }

  #functionCalled(id: string, self: Kind | null, given: Arguments | null): Kind {
    const { functions } = this.#facts;
    const facts = functions.of(id);
    if (facts === undefined) return UNKNOWN;
    const told = (kind: Kind) => this.#told(kind, id, self, given);
    if (facts.manager !== null)
      return instance(
        facts.manager === 'async'
          ? 'contextlib._AsyncGeneratorContextManager'
          : 'contextlib._GeneratorContextManager',
        told(functions.yielded(id)),
      );
    if (facts.isGenerator) {
      const of = facts.isAnnotated ? told(functions.yielded(id)) : null;
      if (facts.isAsync)
        return { k: 'asyncGenerator', fn: id, of: of?.k === 'unknown' ? null : of };
      return of === null ? instance('types.GeneratorType') : instance('types.GeneratorType', of);
    }
    if (facts.mayYield) return UNKNOWN;
    const overloads = functions.overloads(id);
    if (!facts.isAsync)
      return overloads.length > 0
        ? this.#overloaded(id, overloads, self, given)
        : told(functions.result(id));
    // An abstract `async def` annotated as an iterator is often meant to be a generator.
    if (facts.isStub && isAsyncIterable(functions.result(id))) return UNKNOWN;
    const coroutine: Kind = { k: 'coroutine', fn: id, of: null };
    if (overloads.length > 0) {
      const of = this.#facts.values.awaited(this.#overloaded(id, overloads, self, given));
      return of.k === 'unknown' ? coroutine : { ...coroutine, of };
    }
    if (!facts.isAnnotated) return coroutine;
    const result = functions.result(id);
    return isOpen(result) ? { ...coroutine, of: told(result) } : coroutine;
  }

  /** What the overloads that can take the arguments give, up to the first that certainly does. */
  #overloaded(
    id: string,
    overloads: readonly string[],
    self: Kind | null,
    given: Arguments | null,
  ): Kind {
    const { functions } = this.#facts;
    const signatures = overloads.map((each) => ({
      id: each,
      isAsync: functions.of(each)?.isAsync ?? false,
      ...functions.signature(each, self !== null),
    }));
    const variables = this.#classVariables(id, self);
    const typed = takingSignatures(signatures, given).map((signature) => ({
      ...signature,
      parameters: typedFor(signature.parameters, variables),
    }));
    return this.#chosen(typed, given, ({ id: fn, isAsync, returns }, found) => {
      const of = this.#replaced(returns, fn, self, found);
      return isAsync ? { k: 'coroutine', fn, of } : of;
    });
  }

  /** A kind of the function's header or body, as its caller has it. */
  #told(kind: Kind, id: string, self: Kind | null, given: Arguments | null): Kind {
    if (!isOpen(kind)) return kind;
    const found: Found = new Map();
    const signature = this.#facts.functions.signature(id, self !== null);
    if (self !== null && signature.self !== null) this.#solve(signature.self, self, found);
    this.#solveAll(typedFor(signature.parameters, this.#classVariables(id, self)), given, found);
    return this.#replaced(kind, id, self, found);
  }

  #replaced(kind: Kind, id: string, self: Kind | null, found: Found): Kind {
    const ofClass = this.#classVariables(id, self);
    return substitute(kind, (variable) => {
      if (variable.name === 'Self' && self !== null)
        return self.k === 'class' ? instance(self.cls) : self;
      return ofClass(variable) ?? foundFor(variable, found);
    });
  }

  /** What the type variables of the class that defines a method stand for in what it is bound to. */
  #classVariables(id: string, self: Kind | null): Variables {
    if (self?.k !== 'instance' || !isProjectId(self.cls)) return () => undefined;
    const { path, qualname } = splitProjectId(id);
    const owner = projectId(path, qualname.slice(0, Math.max(0, qualname.lastIndexOf('.'))));
    return this.#facts.classes.variables(self, owner);
  }

  #standardCalled(id: string, self: Kind | null, given: Arguments | null): Kind {
    const { classes, target } = this.#facts;
    const receiver =
      self?.k === 'instance' && isProjectId(self.cls) ? classes.standardBase(self, id) : self;
    const called = standardFunction(id, receiver, self, target);
    if (called === undefined) return UNKNOWN;
    const returned = this.#chosen(called.signatures(given), given, ({ returns }, found) =>
      substitute(returns, (variable) =>
        isStubVariable(variable) ? foundFor(variable, found) : variable,
      ),
    );
    return called.isAsync ? { k: 'coroutine', fn: id, of: returned } : returned;
  }

  /** The results of signatures that may be meant, up to the first that certainly is. */
  #chosen<S extends Signature>(
    signatures: readonly S[],
    given: Arguments | null,
    result: (signature: S, found: Found) => Kind,
  ): Kind {
    const results: Kind[] = [];
    for (const signature of signatures) {
      const found: Found = new Map();
      const fit = this.#solveAll(signature.parameters, given, found);
      if (fit !== 'no') results.push(result(signature, found));
      if (fit === 'yes') break;
    }
    return union(results);
  }

  #constructed(cls: string, given: Arguments | null): Kind {
    return isProjectId(cls)
      ? this.#projectConstructed(cls, given)
      : this.#standardConstructed(cls, given);
  }

  #standardConstructed(cls: string, given: Arguments | null): Kind {
    const makers = standardMakers(cls, given, this.#facts.target);
    if (makers === undefined || given === null) return instance(cls);
    const isEmpty = given.positional.length + given.named.size + given.starred.length === 0;
    if (isEmpty && !given.isOpen && CONTAINERS.has(cls))
      return instance(cls, ...variablesIn(makers[0]!.returns).map(() => NEVER));
    const made = this.#chosen(makers, given, ({ returns }, found) =>
      substitute(returns, (variable) =>
        isStubVariable(variable) ? foundFor(variable, found) : variable,
      ),
    );
    return made.k === 'unknown' ? instance(cls) : bare(made);
  }

  #projectConstructed(cls: string, given: Arguments | null): Kind {
    const { classes, functions } = this.#facts;
    if (!classes.hasPlainMetaclass(cls)) return UNKNOWN;
    const { mro, parameters } = classes.of(cls);
    const self: Kind = { k: 'class', cls };
    for (const id of mro) {
      const maker = isProjectId(id) ? classes.ownMember(id, '__new__') : undefined;
      if (maker === undefined) continue;
      const made =
        maker.k === 'function'
          ? this.#told(functions.result(maker.fn), maker.fn, self, given)
          : UNKNOWN;
      return made.k === 'instance' && made.cls === id ? instance(cls) : made;
    }
    if (parameters.length === 0 || given === null) return instance(cls);
    const made = classes.ofItself(cls);
    const init = classes.lookUp(mro, '__init__', made);
    if (init?.k !== 'function' || !isProjectId(init.fn)) return instance(cls);
    const found: Found = new Map();
    const variables = this.#classVariables(init.fn, made);
    const { parameters: declared } = functions.signature(init.fn, true);
    this.#solveAll(typedFor(declared, variables), given, found);
    return bare(substitute(made, (variable) => foundFor(variable, found)));
  }

  /** Learns type variables from the arguments. Are these what the signature means? */
  #solveAll(parameters: Signature['parameters'], given: Arguments | null, found: Found): Fit {
    if (given === null) return 'perhaps';
    const fits: Fit[] = [];
    for (const [{ type }, argument] of matched(parameters, given))
      if (type !== null && isOpen(type)) fits.push(this.#solve(type, argument(), found));
    return fits.length === 0 ? 'perhaps' : allOf(fits);
  }

  /** Learns what the variables of a pattern stand for in a value. */
  #solve(pattern: Kind, actual: Kind, found: Found): Fit {
    if (actual.k === 'union')
      return oneOf(actual.members.map((member) => this.#solve(pattern, member, found)));
    if (pattern.k === 'variable') {
      if (this.#isBeyond(pattern.bound, actual)) return 'no';
      found.set(pattern.name, [...(found.get(pattern.name) ?? []), actual]);
      return actual.k === 'unknown' ? 'perhaps' : 'yes';
    }
    if (actual.k === 'variable') return this.#solve(pattern, actual.bound, found);
    const fit = this.#solveKnown(pattern, actual, found);
    if (fit === 'perhaps')
      for (const { name } of variablesIn(pattern))
        if (!found.has(name)) found.set(name, [actual.k === 'never' ? NEVER : UNKNOWN]);
    return fit;
  }

  /** Is a value certainly not what the bound of a variable asks for? */
  #isBeyond(bound: Kind, actual: Kind): boolean {
    if (bound.k !== 'instance' || classEntry(bound.cls)?.isProtocol !== false) return false;
    if (actual.k === 'instance') {
      const { complete } = this.#facts.classes.of(actual.cls);
      const isKnown = !isProjectId(actual.cls) || complete;
      return isKnown && this.#argumentsAs(bound.cls, actual) === undefined;
    }
    return ['coroutine', 'asyncGenerator', 'none', 'function', 'class'].includes(actual.k);
  }

  #solveKnown(pattern: Kind, actual: Kind, found: Found): Fit {
    const { values } = this.#facts;
    switch (pattern.k) {
      case 'union': {
        // What says something of the value goes before a variable, which takes all.
        const proper = pattern.members.filter(({ k }) => k !== 'variable');
        const variables = pattern.members.filter(({ k }) => k === 'variable');
        for (const member of [...proper, ...variables]) {
          const tried: Found = new Map(found);
          if (this.#solve(member, actual, tried) !== 'yes') continue;
          for (const [name, kinds] of tried) found.set(name, kinds);
          return 'yes';
        }
        return 'perhaps';
      }
      case 'type':
        if (actual.k === 'class') return this.#solve(pattern.of, instance(actual.cls), found);
        return actual.k === 'type' ? this.#solve(pattern.of, actual.of, found) : 'perhaps';
      case 'callable':
        return ['function', 'class', 'type', 'callable', 'partial'].includes(actual.k)
          ? this.#solve(pattern.returns, this.called(actual, null), found)
          : 'perhaps';
      case 'asyncGenerator':
        return actual.k === 'asyncGenerator'
          ? this.#solve(pattern.of ?? UNKNOWN, values.iterated(actual, true), found)
          : 'perhaps';
      case 'coroutine':
        return actual.k === 'coroutine'
          ? this.#solve(pattern.of ?? UNKNOWN, values.awaited(actual), found)
          : 'perhaps';
      case 'instance': {
        const args = this.#argumentsAs(pattern.cls, actual);
        if (args === undefined) return 'perhaps';
        const fits = pattern.args.map(
          (arg, i): Fit => (isOpen(arg) ? this.#solve(arg, args[i] ?? UNKNOWN, found) : 'yes'),
        );
        return allOf(fits);
      }
      default:
        return pattern.k === actual.k && actual.k === 'none' ? 'yes' : 'perhaps';
    }
  }

  /** The type arguments of a value seen as an instance of a class; undefined: it is none, as far as is known. */
  #argumentsAs(cls: string, actual: Kind): readonly Kind[] | undefined {
    const { classes, values } = this.#facts;
    const nominal =
      actual.k === 'instance' && isProjectId(actual.cls)
        ? classes.argumentsOf(actual, cls)
        : asStandardBase(actual, cls);
    const told = (kind: Kind) => (kind.k === 'unknown' ? undefined : [kind]);
    // What protocols ask for.
    switch (cls) {
      case 'typing.Awaitable':
        return told(values.awaited(actual)) ?? nominal;
      case 'typing.Iterable':
      case 'typing.Reversible':
        return told(values.iterated(actual, false)) ?? nominal;
      case 'typing.AsyncIterable':
        return told(values.iterated(actual, true)) ?? nominal;
      case 'contextlib.AbstractContextManager':
        return told(values.entered(actual, false)) ?? nominal;
      case 'contextlib.AbstractAsyncContextManager':
        return told(values.entered(actual, true)) ?? nominal;
      default:
        return nominal ?? this.#argumentsByMethod(cls, actual);
    }
  }

  /** The same for a protocol that asks for one method: `SupportsNext`. */
  #argumentsByMethod(cls: string, actual: Kind): readonly Kind[] | undefined {
    const protocol = protocolMethod(cls, this.#facts.target);
    if (protocol === undefined) return undefined;
    const given = this.called(this.#facts.values.attribute(actual, protocol.method), null);
    const found: Found = new Map();
    if (given.k === 'unknown' || this.#solve(protocol.returns, given, found) === 'no')
      return undefined;
    return protocol.parameters.map((variable) => foundFor(variable, found));
  }
}

function typedFor(parameters: readonly Parameter[], variables: Variables): readonly Parameter[] {
  const typed = (type: Kind) => substitute(type, (variable) => variables(variable) ?? variable);
  return parameters.map((parameter) => ({
    ...parameter,
    type: parameter.type && typed(parameter.type),
  }));
}

function foundFor(variable: KindOf<'variable'>, found: Found): Kind {
  const kind = union(found.get(variable.name) ?? []);
  return kind.k === 'unknown' || kind.k === 'never' ? atLeast(variable) : kind;
}

function allOf(fits: readonly Fit[]): Fit {
  if (fits.includes('no')) return 'no';
  return fits.includes('perhaps') ? 'perhaps' : 'yes';
}

function oneOf(fits: readonly Fit[]): Fit {
  return fits.every((fit) => fit === fits[0]) ? (fits[0] ?? 'perhaps') : 'perhaps';
}

/** Without type arguments that say nothing. */
function bare(made: Kind): Kind {
  return made.k === 'instance' && made.args.every(({ k }) => k === 'unknown')
    ? instance(made.cls)
    : made;
}

function isAsyncIterable(kind: Kind): boolean {
  return (
    kind.k === 'asyncGenerator' ||
    (kind.k === 'instance' && ['typing.AsyncIterator', 'typing.AsyncIterable'].includes(kind.cls))
  );
}
