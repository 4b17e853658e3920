/**
 * The standard library as typeshed describes it: what exists, since and until when, what is a coroutine,
 * what calls return. The facts are in `stdlib.json`, read module by module upon first use; those of
 * packages (`packages.ts`) are written and read alike.
 */
import { packageText, packageTexts } from './packages-text.ts';
import { moduleTexts, origin, splitOutside } from './stdlib-text.ts';
import {
  anyType,
  parseType,
  parseTypes,
  type RefType,
  substitute,
  type TypeExpr,
  type TypeVarType,
  unionOf,
} from './type-expr.ts';

export type { RefType, TypeExpr, TypeVarType } from './type-expr.ts';
export { substitute } from './type-expr.ts';

/** A Python version, `[3, 11]`. */
export type Version = readonly [major: number, minor: number];

/** From the first version that has a thing to the first one that no longer has it. */
export interface Lifetime {
  readonly since?: Version;
  readonly until?: Version;
}

export type Entry =
  | FunctionEntry
  | ClassEntry
  | VariableEntry
  | TypeAliasEntry
  | AliasEntry
  | ModuleEntry;

interface EntryBase extends Lifetime {
  readonly name: string;
  /** Where it is defined: `asyncio.tasks.create_task`, `asyncio.locks.Lock.acquire`. */
  readonly qualifiedName: string;
  readonly deprecated?: Deprecation;
}

export interface Deprecation {
  readonly since?: Version;
  /** First version without it, as announced. */
  readonly removed?: Version;
}

export interface FunctionEntry extends EntryBase {
  readonly kind: 'function';
  /** Declared `async def`: a call gives a coroutine of `returns`. */
  readonly isAsync: boolean;
  readonly isStatic: boolean;
  readonly isClassMethod: boolean;
  readonly isAbstract: boolean;
  /** One, or several for overloads, in order. */
  readonly signatures: readonly Signature[];
  /** The union of what the signatures return, context managers' decorators applied. */
  readonly returns: TypeExpr;
}

export interface Signature {
  /** Without `self` or `cls`. */
  readonly parameters: readonly Parameter[];
  readonly returns: TypeExpr;
}

export interface Parameter {
  readonly name: string;
  readonly kind:
    | 'positional-only'
    | 'positional'
    | 'var-positional'
    | 'keyword-only'
    | 'var-keyword';
  readonly hasDefault: boolean;
  /** What its annotation lets in, among others. An async callable is one that may give an awaitable. */
  readonly accepts: {
    readonly awaitable: boolean;
    readonly callable: boolean;
    readonly asyncCallable: boolean;
  };
  /** Its annotation, where the argument tells what a type variable of the result stands for. */
  readonly type?: TypeExpr;
}

export interface ClassEntry extends EntryBase {
  readonly kind: 'class';
  /** As the newest Python has them; `Generic` left out. */
  readonly bases: readonly RefType[];
  /** In the order of subscripts: `Generator[Y, S, R]`. */
  readonly typeParameters: readonly TypeVarType[];
  readonly metaclass?: RefType;
  /** A base is beyond the stubs' knowledge, as `Mock`'s: instances may have any attribute. */
  readonly hasUnknownBase: boolean;
  /** By its own bases; see {@link isSubclass} for Enum and others. */
  readonly isProtocol: boolean;
  readonly isTypedDict: boolean;
  readonly isNamedTuple: boolean;
  /**
   * What the class itself declares; see {@link classMember} for what it inherits too. A member's lifetime
   * is told within the class's own.
   */
  ownMember(name: string, at?: Version): Entry | undefined;
  ownNames(): Iterable<string>;
}

/** A variable, an attribute or a property. */
export interface VariableEntry extends EntryBase {
  readonly kind: 'variable';
  readonly isProperty: boolean;
  readonly type: TypeExpr;
}

/** A name for a type: `StrPath: TypeAlias = str | PathLike[str]`. */
export interface TypeAliasEntry extends EntryBase {
  readonly kind: 'type-alias';
  readonly type: TypeExpr;
}

/** Another name of something defined elsewhere. `knownEntry` and `classMember` follow it. */
export interface AliasEntry extends EntryBase {
  readonly kind: 'alias';
  /** Qualified name of the definition, which is never an alias itself, or of a module. */
  readonly target: string;
}

export interface ModuleEntry extends EntryBase {
  readonly kind: 'module';
  readonly module: StdlibModule;
}

export interface StdlibModule extends Lifetime {
  readonly name: string;
  /** Fully qualified. */
  readonly submodules: readonly string[];
  /**
   * What the module itself says of a name, aliases not followed; its lifetime is told within the
   * module's own. Where versions differ, as it is in `at`, else in the newest.
   */
  entry(name: string, at?: Version): Entry | undefined;
  names(): Iterable<string>;
}

/** The commit of typeshed that the facts come from. */
export const typeshedVersion: string = origin.typeshed;

/** Below this version, `since` is known for a few names only. */
export const oldestVersion = origin.oldest as readonly number[] as Version;
export const newestVersion = origin.newest as readonly number[] as Version;

/** A module by its full name, whatever version has it. */
export function stdlibModule(name: string): StdlibModule | undefined {
  return moduleTexts.has(name) ? moduleNamed(name) : undefined;
}

/** A module of the standard library, or one of a package. */
export function moduleNamed(name: string): StdlibModule | undefined {
  let module = modules.get(name);
  const text = moduleTexts.get(name) ?? packageText(name);
  if (!module && text !== undefined) {
    module = new Module(name, text);
    modules.set(name, module);
  }
  return module;
}

/** The full names of all modules, private ones included. */
export function stdlibModuleNames(): Iterable<string> {
  return moduleTexts.keys();
}

/**
 * What a qualified name, of the standard library or of a package, stands for, aliases followed: `asyncio.sleep` gives `asyncio.tasks.sleep`,
 * `asyncio.Lock.acquire` a method. Its lifetime is that of the name asked for. Entries of one thing may
 * be different objects: compare their `qualifiedName`.
 */
export function knownEntry(qualifiedName: string, at?: Version): Entry | undefined {
  const key = keyOf(qualifiedName, at);
  let entry = entries.get(key);
  if (!entry) {
    entry = findEntry(qualifiedName, at);
    // What does not exist is not remembered: half-typed names would pile up.
    if (entry) entries.set(key, entry);
  }
  return entry;
}

/** Whether a version has it. */
export function isAvailable({ since, until }: Lifetime, at: Version): boolean {
  return !(since && isBefore(at, since)) && (!until || isBefore(at, until));
}

/** A member of a class, declared or inherited, aliases followed. Its lifetime is within the class's. */
export function classMember(cls: ClassEntry, name: string, at?: Version): Entry | undefined {
  return findMember({ kind: 'ref', name: cls.qualifiedName, args: [] }, name, at)?.entry;
}

export interface FoundMember {
  readonly entry: Entry;
  /** The class that declares it. */
  readonly owner: ClassEntry;
  /** For {@link substitute}: the owner's type parameters and `Self`, seen from the type asked. */
  readonly bindings: ReadonlyMap<string, TypeExpr>;
}

/** A member of the instances of a type (`_asyncio.Task[int]`), with what its type variables stand for. */
export function findMember(type: RefType, name: string, at?: Version): FoundMember | undefined {
  const declared = mro(type, at).flatMap(({ cls, args }) => {
    const own = cls.ownMember(name, at);
    const entry = own && followAlias(own, at);
    return entry ? [{ entry, cls, args }] : [];
  });
  const found = declared.find(({ entry }) => !at || isAvailable(entry, at)) ?? declared[0];
  if (!found) return undefined;
  // A base may have had it before the class declared it again.
  const lifetime = hull(declared.map(({ entry }) => entry));
  const bindings = bind(found.cls, found.args);
  bindings.set('Self', type);
  return { entry: { ...found.entry, ...lifetime }, owner: found.cls, bindings };
}

/** Whether a class is, or derives from, the one of that qualified name (`enum.Enum`). */
export function isSubclass(cls: ClassEntry, qualifiedName: string, at?: Version): boolean {
  const type: RefType = { kind: 'ref', name: cls.qualifiedName, args: [] };
  return mro(type, at).some((ancestor) => ancestor.cls.qualifiedName === qualifiedName);
}

export interface Ancestor {
  readonly cls: ClassEntry;
  readonly args: readonly TypeExpr[];
}

/**
 * A class then its bases, `object` last, each with its type arguments. The order is Python's but for
 * hierarchies that no stub has. Empty when the name is not that of a known class.
 */
export function mro(type: RefType, at?: Version): readonly Ancestor[] {
  if (type.args.length > 0) return linearize(type, at);
  const key = keyOf(type.name, at);
  let ancestors = ancestries.get(key);
  if (!ancestors) {
    ancestors = linearize(type, at);
    if (ancestors.length > 0) ancestries.set(key, ancestors);
  }
  return ancestors;
}

const modules = new Map<string, StdlibModule>();
const entries = new Map<string, Entry>();
const ancestries = new Map<string, readonly Ancestor[]>();
const objectType: RefType = { kind: 'ref', name: 'builtins.object', args: [] };

function linearize(type: RefType, at?: Version): readonly Ancestor[] {
  const ancestors = new Map<string, Ancestor>();
  const visit = ({ name, args }: RefType): void => {
    const cls = knownEntry(name, at);
    if (cls?.kind !== 'class') return;
    // A class met again moves behind: a base comes after all that derive from it.
    ancestors.delete(cls.qualifiedName);
    ancestors.set(cls.qualifiedName, { cls, args });
    const bindings = bind(cls, args);
    for (const base of cls.bases) visit(substitute(base, bindings) as RefType);
  };
  visit(type);
  if (ancestors.size > 0) visit(objectType);
  return [...ancestors.values()];
}

function keyOf(qualifiedName: string, at?: Version): string {
  return at ? `${qualifiedName}@${at.join('.')}` : qualifiedName;
}

function bind(cls: ClassEntry, args: readonly TypeExpr[]): Map<string, TypeExpr> {
  return new Map(
    args.length === 0 ? [] : cls.typeParameters.map(({ name }, i) => [name, args[i] ?? anyType]),
  );
}

function findEntry(qualifiedName: string, at?: Version): Entry | undefined {
  const module = moduleNamed(qualifiedName);
  if (module) {
    const { name, since, until } = module;
    return { kind: 'module', name, qualifiedName: name, since, until, module };
  }
  const declaration = findDeclaration(qualifiedName, at);
  if (!declaration) return undefined;
  return { ...declaration.entry, ...intersection(declaration.entry, declaration.owner) };
}

/** What a module or a class says of a name, and that owner. */
function findDeclaration(qualifiedName: string, at?: Version) {
  const dot = qualifiedName.lastIndexOf('.');
  const owner = dot < 0 ? undefined : knownEntry(qualifiedName.slice(0, dot), at);
  const name = qualifiedName.slice(dot + 1);
  if (owner?.kind === 'class') {
    const entry = classMember(owner, name, at);
    return entry && { owner, entry };
  }
  const own = owner?.kind === 'module' ? owner.module.entry(name, at) : undefined;
  const entry = own && followAlias(own, at);
  return owner && entry && { owner, entry };
}

function followAlias(entry: Entry, at?: Version): Entry | undefined {
  if (entry.kind !== 'alias') return entry;
  const target = knownEntry(entry.target, at);
  return target && { ...target, since: entry.since, until: entry.until };
}

function intersection(a: Lifetime, b: Lifetime): Lifetime {
  return {
    since: !a.since || (b.since && isBefore(a.since, b.since)) ? b.since : a.since,
    until: !a.until || (b.until && isBefore(b.until, a.until)) ? b.until : a.until,
  };
}

/** From the start of the first to the end of the last. */
function hull(lifetimes: readonly Lifetime[]): Lifetime {
  return lifetimes.reduce((a, b) => ({
    since: a.since && b.since && (isBefore(b.since, a.since) ? b.since : a.since),
    until: a.until && b.until && (isBefore(a.until, b.until) ? b.until : a.until),
  }));
}

function isBefore(a: Version, b: Version): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** The names of a module or of a class, each decoded when asked for. */
class Names {
  private readonly texts = new Map<string, string>();
  private readonly variants = new Map<string, readonly Variant[]>();

  constructor(
    private readonly prefix: string,
    entries: readonly string[],
  ) {
    for (const entry of entries) {
      const space = entry.indexOf(' ');
      this.texts.set(entry.slice(0, space), entry.slice(space + 1));
    }
  }

  names(): Iterable<string> {
    return this.texts.keys();
  }

  entry(name: string, at?: Version): Entry | undefined {
    const text = this.texts.get(name);
    if (text === undefined) return undefined;
    let variants = this.variants.get(name);
    if (!variants) {
      variants = this.decode(name, text);
      this.variants.set(name, variants);
    }
    const current = at && variants.find(({ own }) => isAvailable(own, at));
    return (current ?? variants.at(-1)!).entry;
  }

  private decode(name: string, text: string): readonly Variant[] {
    const variants = splitOutside(text, '&').map((part) => {
      const [, own, deprecation, fact] = variantParts.exec(part)!;
      const base = { name, qualifiedName: `${this.prefix}.${name}` };
      const deprecated = readDeprecation(deprecation);
      return { own: readLifetime(own), base: { ...base, deprecated }, fact: fact! };
    });
    const lifetime = hull(variants.map(lifetimeOf));
    return variants.map(({ own, base, fact }) => ({
      own,
      entry: decodeFact({ ...base, ...lifetime }, fact),
    }));
  }
}

/**
 * An alias lives no longer than what it stands for, whose module may be younger though:
 * `asyncio.CancelledError` is older than `asyncio.exceptions`.
 */
function lifetimeOf({ own, fact }: { own: Lifetime; fact: string }): Lifetime {
  const target = fact.slice(1);
  if (!fact.startsWith('=') || moduleTexts.has(target)) return own;
  const definition = findDeclaration(target)?.entry;
  return definition ? intersection(own, definition) : own;
}

interface Variant {
  readonly own: Lifetime;
  readonly entry: Entry;
}

const variantParts = /^(?:@(\S+) )?(?:!(\S+) )?(.*)$/;

class Module extends Names implements StdlibModule {
  readonly since?: Version;
  readonly until?: Version;

  constructor(
    readonly name: string,
    text: string,
  ) {
    const [span = '', ...entries] = splitOutside(text, ';');
    super(name, entries);
    const [first = '', last = ''] = span.split('-').map((version) => version.split('.')[1]);
    const { since, until } = readLifetime(`${first}-${last && Number(last) + 1}`);
    this.since = since;
    this.until = until;
  }

  get submodules(): readonly string[] {
    const prefix = `${this.name}.`;
    return [...moduleTexts.keys(), ...packageTexts.keys()].filter(
      (name) => name.startsWith(prefix) && !name.includes('.', prefix.length),
    );
  }

  override entry(name: string, at?: Version): Entry | undefined {
    const own = super.entry(name, at);
    if (own) return own;
    const submodule = `${this.name}.${name}`;
    return moduleNamed(submodule) && knownEntry(submodule);
  }
}

function decodeFact(base: EntryBase, fact: string): Entry {
  const rest = fact.slice(1);
  switch (fact[0]) {
    case '=':
      return { ...base, kind: 'alias', target: rest };
    case '#':
      return { ...base, kind: 'type-alias', type: parseType(rest) };
    case ':':
      return { ...base, kind: 'variable', isProperty: false, type: parseType(rest) };
    case '%':
      return { ...base, kind: 'variable', isProperty: true, type: parseType(rest) };
    case 'c':
      return decodeClass(base, rest);
    default:
      return decodeFunction(base, fact);
  }
}

function decodeClass(base: EntryBase, text: string): ClassEntry {
  const [, parameters, bases, metaclass, body] = classParts.exec(text)!;
  const baseTypes = bases ? parseTypes(bases) : [];
  const types = baseTypes.filter((type) => type.kind === 'ref');
  const has = (name: string) => types.some((type) => type.name === name);
  const members = new Names(base.qualifiedName, body ? splitOutside(body, ';') : []);
  return {
    ...base,
    kind: 'class',
    bases: types,
    typeParameters: (parameters ? parseTypes(parameters) : []) as readonly TypeVarType[],
    metaclass: metaclass ? (parseType(metaclass) as RefType) : undefined,
    hasUnknownBase: types.length < baseTypes.length,
    isProtocol: has('typing.Protocol'),
    isTypedDict: has('typing.TypedDict'),
    isNamedTuple: has('typing.NamedTuple'),
    ownMember: (name, at) => members.entry(name, at),
    ownNames: () => members.names(),
  };
}

/** `[parameters](bases)^metaclass{members}`, all but the members optional. */
const classParts = /^(?:\[(.*?)\](?=[({^]))?(?:\((.*?)\))?(?:\^([^{]*))?\{(.*)\}$/;

function decodeFunction(base: EntryBase, text: string): FunctionEntry {
  const [flags = '', ...parts] = text.split(/[()]/);
  const signatures: Signature[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    signatures.push({ parameters: decodeParameters(parts[i]!), returns: parseType(parts[i + 1]!) });
  }
  return {
    ...base,
    kind: 'function',
    isAsync: flags.startsWith('a'),
    isStatic: flags.includes('s', 1),
    isClassMethod: flags.includes('c', 1),
    isAbstract: flags.includes('b', 1),
    signatures,
    returns: unionOf(signatures.map(({ returns }) => returns)),
  };
}

function decodeParameters(text: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  if (text === '') return parameters;
  const parts = splitOutside(text, ',', '[]');
  const slash = parts.indexOf('/');
  let keywordsOnly = false;
  for (const [index, part] of parts.entries()) {
    if (part === '/') continue;
    const [, stars = '', name, marks = '', type, equals] = parameterParts.exec(part)!;
    if (name) {
      const plain = keywordsOnly
        ? 'keyword-only'
        : index < slash
          ? 'positional-only'
          : 'positional';
      parameters.push({
        name,
        kind: stars === '**' ? 'var-keyword' : stars === '*' ? 'var-positional' : plain,
        hasDefault: equals !== '',
        accepts: {
          awaitable: marks.includes('a'),
          callable: /[fg]/.test(marks),
          asyncCallable: marks.includes('g'),
        },
        type: type === undefined ? undefined : parseType(type),
      });
    }
    keywordsOnly ||= stars === '*';
  }
  return parameters;
}

const parameterParts = /^(\**)(\w*)(?::(\w*)(?::([^=]+))?)?(=?)$/;

/** `11-14`, either end optional, of Python 3. What is there since 3.0 is there since ever. */
function readLifetime(text: string | undefined): Lifetime {
  const [since, until] = (text ?? '').split('-');
  return {
    since: Number(since) > 0 ? [3, Number(since)] : undefined,
    until: until ? [3, Number(until)] : undefined,
  };
}

function readDeprecation(text: string | undefined): Deprecation | undefined {
  if (text === undefined) return undefined;
  const { since, until: removed } = readLifetime(text);
  return { since, removed };
}
