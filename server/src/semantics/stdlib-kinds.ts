/** The standard library's facts (`knowledge/`) as kinds. */
import {
  type ClassEntry,
  type Entry,
  type FunctionEntry,
  findMember,
  isSubclass,
  type Signature,
  stdlibEntry,
  substitute,
  type TypeExpr,
} from '../knowledge/stdlib.ts';
import { fn, instance, isProjectId, type Kind, membersOf, NONE, UNKNOWN, union } from './kinds.ts';
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
      return kindOfType(entry.type, self);
    default:
      return UNKNOWN;
  }
}

/** What a type of a stub means for a value of that type. `self` is what `Self` stands for. */
export function kindOfType(type: TypeExpr, self: Kind | null): Kind {
  switch (type.kind) {
    case 'none':
      return NONE;
    case 'union':
      return union(type.members.filter((m) => m.kind !== 'never').map((m) => kindOfType(m, self)));
    case 'typevar':
      return type.name === 'Self' && self !== null ? self : UNKNOWN;
    case 'ref':
      return kindOfRef(type.name, type.args, self);
    default:
      return UNKNOWN;
  }
}

/** The member `name` of an instance of a standard class, bound to it. */
export function instanceMember(receiver: Kind, name: string, at: PythonVersion): Kind | undefined {
  const type = typeOf(receiver);
  if (type === undefined) return undefined;
  const found = findMember(type, name, at);
  if (found === undefined) return undefined;
  const { entry, bindings } = found;
  if (entry.kind === 'variable') return kindOfType(substitute(entry.type, bindings), receiver);
  return kindOfEntry(entry, receiver);
}

/** What calling a standard function gives; `given`: how many arguments, all positional, when that is known. */
export function callResult(
  id: string,
  self: Kind | null,
  at: PythonVersion,
  given: number | null,
): Kind {
  const found = functionEntry(id, self, at);
  if (found === undefined) return UNKNOWN;
  const { entry, bindings } = found;
  const returned = union(
    returnsOf(entry, given).map((type) => kindOfType(substitute(type, bindings), self)),
  );
  return entry.isAsync ? { k: 'coroutine', fn: id, of: returned } : returned;
}

export function classEntry(id: string): ClassEntry | undefined {
  const entry = stdlibEntry(id);
  return entry?.kind === 'class' ? entry : undefined;
}

export function derivesFrom(id: string, base: string): boolean {
  const entry = classEntry(id);
  const target = classEntry(base);
  return entry !== undefined && target !== undefined && isSubclass(entry, target.qualifiedName);
}

/** What the overloads that can take so many arguments return. */
function returnsOf(entry: FunctionEntry, given: number | null): readonly TypeExpr[] {
  const { signatures, returns } = entry;
  const taking = given === null ? [] : signatures.filter((signature) => takes(signature, given));
  return taking.length === 0 || taking.length === signatures.length
    ? [returns]
    : taking.map((signature) => signature.returns);
}

function takes({ parameters }: Signature, given: number): boolean {
  const positional = parameters.filter(({ kind }) => /^positional/.test(kind));
  const isOpen = parameters.some(({ kind }) => kind === 'var-positional');
  return (
    (given <= positional.length || isOpen) &&
    positional.slice(given).every(({ hasDefault }) => hasDefault) &&
    parameters.every(({ kind, hasDefault }) => kind !== 'keyword-only' || hasDefault)
  );
}

/** The function, with what the type variables of its receiver stand for: `Queue[int].get` returns int. */
function functionEntry(id: string, self: Kind | null, at: PythonVersion) {
  const type = self === null ? undefined : typeOf(self);
  const name = id.slice(id.lastIndexOf('.') + 1);
  const found = type === undefined ? undefined : findMember(type, name, at);
  if (found?.entry.kind === 'function' && found.entry.qualifiedName === id)
    return { entry: found.entry, bindings: found.bindings };
  const entry = stdlibEntry(id, at);
  return entry?.kind === 'function' ? { entry, bindings: NO_BINDINGS } : undefined;
}

const NO_BINDINGS: ReadonlyMap<string, TypeExpr> = new Map();

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
      const [arg] = kinds();
      return arg?.k === 'instance' ? { k: 'class', cls: arg.cls } : UNKNOWN;
    }
  }
  // The argument of a generic may be a class of the project: `Queue[Message]`.
  if (isProjectId(name)) return instance(name, ...kinds());
  const entry = stdlibEntry(name);
  if (entry?.kind === 'type-alias') return kindOfType(entry.type, self);
  return entry?.kind === 'class' ? instance(entry.qualifiedName, ...kinds()) : UNKNOWN;
}

function typeOf(kind: Kind): Extract<TypeExpr, { kind: 'ref' }> | undefined {
  switch (kind.k) {
    case 'instance':
      return { kind: 'ref', name: kind.cls, args: kind.args.map(typeExprOf) };
    case 'asyncGenerator':
      return { kind: 'ref', name: 'typing.AsyncGenerator', args: [] };
    default:
      return undefined;
  }
}

/** As much of a kind as a type argument can say. */
function typeExprOf(kind: Kind): TypeExpr {
  if (kind.k === 'none') return { kind: 'none' };
  if (kind.k === 'union') return { kind: 'union', members: membersOf(kind).map(typeExprOf) };
  return typeOf(kind) ?? { kind: 'any' };
}
