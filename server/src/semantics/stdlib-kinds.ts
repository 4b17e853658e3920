/** The standard library's facts (`knowledge/`) as kinds. Its type variables have their bare names: `_T`. */
import {
  type ClassEntry,
  type Entry,
  type FunctionEntry,
  findMember,
  isSubclass,
  knownEntry,
  mro,
  type Signature as StubSignature,
  substitute as substituteTypes,
  type TypeExpr,
} from '../knowledge/stdlib.ts';
import { type Arguments, type Signature, takingSignatures } from './arguments.ts';
import {
  fn,
  instance,
  type Kind,
  type KindOf,
  NONE,
  substitute,
  typeOf,
  UNKNOWN,
  union,
  variablesIn,
} from './kinds.ts';
import type { PythonVersion } from './version.ts';

/** What a name of a module, or of a class reached through the class, stands for. */
export function kindOfEntry(entry: Entry, self: Kind | null): Kind {
  switch (entry.kind) {
    case 'module':
      return { k: 'module', name: entry.qualifiedName };
    case 'class':
      return { k: 'class', cls: entry.qualifiedName };
    case 'function':
      return fn(entry.qualifiedName, entry.isStatic ? null : self);
    case 'variable':
      return withoutVariables(kindOfType(entry.type, self));
    default:
      return UNKNOWN;
  }
}

/** The member `name` of an instance of a standard class, bound to `self`. */
export function instanceMember(
  receiver: Kind,
  name: string,
  at: PythonVersion,
  self: Kind = receiver,
): Kind | undefined {
  const view = standardView(receiver);
  const found = view && findStandardMember(view, name, at);
  if (found === undefined) return undefined;
  if (found.entry.kind !== 'variable') return kindOfEntry(found.entry, self);
  return withoutVariables(
    substitute(kindOfType(found.type(found.entry.type), self), found.variables),
  );
}

/** A standard function, as far as its signatures tell what a call of it gives. */
export interface StandardFunction {
  readonly isAsync: boolean;
  /** Those that can take the arguments. */
  signatures(given: Arguments | null): readonly Signature[];
}

/** `receiver`: what the function is bound to, as an instance of the standard class that it is found in. */
export function standardFunction(
  id: string,
  receiver: Kind | null,
  self: Kind | null,
  at: PythonVersion,
): StandardFunction | undefined {
  const view = receiver === null ? undefined : standardView(receiver);
  const found = view && findStandardMember(view, id.slice(id.lastIndexOf('.') + 1), at);
  if (found?.entry.kind === 'function' && found.entry.qualifiedName === id)
    return functionOf(found.entry, (type) =>
      substitute(kindOfType(found.type(type), self), found.variables),
    );
  const entry = knownEntry(id, at);
  return entry?.kind === 'function'
    ? functionOf(entry, (type) => kindOfType(type, self))
    : undefined;
}

/** How a standard class may be built, its own type variables as they are; undefined: it has none. */
export function standardMakers(
  cls: string,
  given: Arguments | null,
  at: PythonVersion,
): readonly Signature[] | undefined {
  const entry = classEntry(cls);
  if (entry === undefined || entry.typeParameters.length === 0) return undefined;
  const made = instance(cls, ...entry.typeParameters.map((type) => kindOfType(type, null)));
  const makers = ['__new__', '__init__'].flatMap((name) => {
    const found = findMember({ kind: 'ref', name: cls, args: [] }, name, at);
    if (found?.entry.kind !== 'function' || found.owner.qualifiedName === 'builtins.object')
      return [];
    const bindings = withoutSelf(found.bindings);
    const kindOf = (type: TypeExpr) => kindOfType(substituteTypes(type, bindings), made);
    const signatures = functionOf(found.entry, kindOf).signatures(given);
    return [name === '__new__' ? signatures : signatures.map((s) => ({ ...s, returns: made }))];
  });
  // The one that says more of its arguments.
  const tells = (signatures: readonly Signature[]) =>
    signatures.some(({ parameters }) => parameters.some(({ type }) => type !== null));
  return makers.find(tells) ?? makers[0];
}

/** The one method that a generic protocol asks for, without arguments. */
export function protocolMethod(cls: string, at: PythonVersion) {
  const entry = classEntry(cls);
  if (!entry?.isProtocol || entry.typeParameters.length === 0) return undefined;
  const [method, ...others] = entry.ownNames();
  const member = method === undefined ? undefined : entry.ownMember(method, at);
  if (member?.kind !== 'function' || others.length > 0) return undefined;
  const [signature] = member.signatures;
  if (signature === undefined || signature.parameters.length > 0) return undefined;
  const parameters = entry.typeParameters.map((type) => kindOfType(type, null));
  return {
    method: member.name,
    parameters: parameters.filter((kind) => kind.k === 'variable'),
    returns: kindOfType(signature.returns, null),
  };
}

export function classEntry(id: string): ClassEntry | undefined {
  const entry = knownEntry(id);
  return entry?.kind === 'class' ? entry : undefined;
}

export function derivesFrom(id: string, base: string): boolean {
  const entry = classEntry(id);
  const target = classEntry(base);
  return entry !== undefined && target !== undefined && isSubclass(entry, target.qualifiedName);
}

/** What the kind is as an instance of a standard class that it derives from: `Iterable[int]` for `list[int]`. */
export function asStandardBase(kind: Kind, base: string): readonly Kind[] | undefined {
  const view = standardView(kind);
  if (view === undefined) return undefined;
  const found = mro({ kind: 'ref', name: view.cls, args: [] }).find(
    ({ cls }) => cls.qualifiedName === base,
  );
  const variables = variablesOf(view);
  if (found?.cls.qualifiedName === classEntry(view.cls)?.qualifiedName)
    return found?.cls.typeParameters.map(({ name, bound }) =>
      variables({ k: 'variable', name, bound: bound ? kindOfType(bound, null) : UNKNOWN }),
    );
  return found?.args.map((type) => substitute(kindOfType(type, kind), variables));
}

/** What brackets after a standard container give: an element, or for a slice a part of it. */
export function itemOf(receiver: Kind, isSlice: boolean, at: PythonVersion): Kind {
  const member = instanceMember(receiver, '__getitem__', at);
  if (member?.k !== 'function') return UNKNOWN;
  const signatures = standardFunction(member.fn, receiver, receiver, at)?.signatures(null) ?? [];
  const signature = signatures.at(isSlice ? -1 : 0);
  return signature === undefined ? UNKNOWN : withoutVariables(signature.returns);
}

/** Type variables of stubs that nothing told: what they are at least, when that is a class proper. */
function withoutVariables(kind: Kind): Kind {
  return substitute(kind, (variable) => (isStubVariable(variable) ? atLeast(variable) : variable));
}

export function isStubVariable({ name }: KindOf<'variable'>): boolean {
  return !name.includes('::');
}

export function atLeast({ bound }: KindOf<'variable'>): Kind {
  return bound.k === 'instance' && classEntry(bound.cls)?.isProtocol === false ? bound : UNKNOWN;
}

interface View {
  readonly cls: string;
  readonly args: readonly Kind[];
}

function standardView(kind: Kind): View | undefined {
  switch (kind.k) {
    case 'instance':
      return kind.cls === 'builtins.tuple' && kind.args.length > 0
        ? { cls: kind.cls, args: [elementOfTuple(kind)] }
        : kind;
    case 'asyncGenerator':
      return { cls: 'typing.AsyncGenerator', args: kind.of === null ? [] : [kind.of, UNKNOWN] };
    case 'coroutine':
      return { cls: 'typing.Coroutine', args: [UNKNOWN, UNKNOWN, kind.of ?? UNKNOWN] };
    default:
      return undefined;
  }
}

/** What a tuple holds, whichever the place. */
export function elementOfTuple(tuple: KindOf<'instance'>): Kind {
  return union(tuple.args.map((arg) => (arg.k === 'rest' ? arg.of : arg)));
}

function findStandardMember(view: View, name: string, at: PythonVersion) {
  const found = findMember({ kind: 'ref', name: view.cls, args: [] }, name, at);
  if (found === undefined) return undefined;
  const bindings = withoutSelf(found.bindings);
  return {
    entry: found.entry,
    /** A type of the member, as the class of the receiver would write it. */
    type: (type: TypeExpr) => substituteTypes(type, bindings),
    variables: variablesOf(view),
  };
}

/** `Self` is a kind, better known here. */
function withoutSelf(bindings: ReadonlyMap<string, TypeExpr>): ReadonlyMap<string, TypeExpr> {
  return new Map([...bindings].filter(([name]) => name !== 'Self'));
}

/** What the class's own type variables stand for. */
function variablesOf({ cls, args }: View): (variable: KindOf<'variable'>) => Kind {
  const names = classEntry(cls)?.typeParameters.map(({ name }) => name) ?? [];
  return (variable) => {
    const place = names.indexOf(variable.name);
    return place < 0 ? variable : (args[place] ?? UNKNOWN);
  };
}

function functionOf(entry: FunctionEntry, kindOf: (type: TypeExpr) => Kind): StandardFunction {
  const typed = (signature: StubSignature): Signature => {
    const returns = kindOf(signature.returns);
    // Only there are variables written with their bounds.
    const bounded = new Map(variablesIn(returns).map((variable) => [variable.name, variable]));
    const parameters = signature.parameters.map(({ type, ...shape }) => ({
      ...shape,
      type:
        type === undefined
          ? null
          : substitute(kindOf(type), (variable) => bounded.get(variable.name) ?? variable),
    }));
    return { parameters, returns };
  };
  return {
    isAsync: entry.isAsync,
    signatures: (given) => takingSignatures(entry.signatures, given).map(typed),
  };
}

function kindOfType(type: TypeExpr, self: Kind | null): Kind {
  switch (type.kind) {
    case 'none':
      return NONE;
    case 'union':
      return union(type.members.filter((m) => m.kind !== 'never').map((m) => kindOfType(m, self)));
    case 'typevar': {
      if (type.name === 'Self' && self !== null)
        return self.k === 'class' ? instance(self.cls) : self;
      const bound = type.bound === undefined ? UNKNOWN : kindOfType(type.bound, null);
      return { k: 'variable', name: type.name, bound };
    }
    case 'callable': {
      const returns = kindOfType(type.returns, self);
      return returns.k === 'unknown' ? UNKNOWN : { k: 'callable', returns };
    }
    case 'rest':
      return { k: 'rest', of: kindOfType(type.of, self) };
    case 'ref':
      return kindOfRef(type.name, type.args, self);
    default:
      return UNKNOWN;
  }
}

function kindOfRef(name: string, args: readonly TypeExpr[], self: Kind | null): Kind {
  const kinds = () => args.map((arg) => kindOfType(arg, self));
  switch (name) {
    case 'typing.Coroutine':
    case 'types.CoroutineType':
      return { k: 'coroutine', fn: null, of: kinds()[2] ?? UNKNOWN };
    case 'typing.AsyncGenerator':
    case 'types.AsyncGeneratorType':
      return { k: 'asyncGenerator', fn: null, of: kinds()[0] ?? UNKNOWN };
    case 'builtins.type': {
      const [of = UNKNOWN] = kinds();
      if (of.k === 'variable') return typeOf(of);
      return of.k === 'instance' ? { k: 'class', cls: of.cls } : UNKNOWN;
    }
  }
  const entry = knownEntry(name);
  if (entry?.kind === 'type-alias') return kindOfType(entry.type, self);
  return entry?.kind === 'class' ? instance(entry.qualifiedName, ...kinds()) : UNKNOWN;
}
