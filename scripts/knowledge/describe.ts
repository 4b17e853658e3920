/**
 * What a package is to those who import it, in the notation of `server/src/knowledge/README.md`, as the core
 * reads it from the package's own sources: so a project is told the same whether the package is installed or
 * not. Runs inside the bundle that `load-module.ts` makes, as it uses the core.
 */

import { PROTOCOL_METHODS } from '../../server/src/knowledge/packages.ts';
import { mro, stdlibModule } from '../../server/src/knowledge/stdlib.ts';
import { readAnnotation } from '../../server/src/semantics/annotations.ts';
import { Evaluator, flowOf } from '../../server/src/semantics/evaluator.ts';
import {
  type Binding,
  bodyFacts,
  Facts,
  fn,
  isProjectId,
  type Kind,
  membersOf,
  projectDoor,
  type Scope,
  splitProjectId,
} from '../../server/src/semantics/index.ts';
import type { InChunk } from '../../server/src/semantics/table.ts';
import {
  type Arguments,
  type Chunk,
  type ClassDef,
  type Expr,
  type FunctionDef,
  PythonParser,
} from '../../server/src/syntax/index.ts';

/** A file of the folder where everything is installed: `aiohttp/web.py`. */
export interface InstalledFile {
  readonly path: string;
  readonly text: string;
}

/** The facts of the modules, by name; `modules` may end in `.*`: the public modules directly inside. */
export async function describe(
  files: readonly InstalledFile[],
  modules: readonly string[],
  without: RegExp,
  runtimeWasm: Uint8Array,
  grammarWasm: Uint8Array,
): Promise<Map<string, string>> {
  const parser = await PythonParser.create(runtimeWasm, grammarWasm);
  const site = new Site(files, parser);
  return new Description(
    site,
    modules.flatMap((pattern) => site.modulesNamed(pattern)),
    without,
  ).texts();
}

const ROOT = '/site-packages';

/** Everything installed, side by side. */
class Site {
  readonly facts = new Facts(projectDoor);
  /** Path of each module, by its dotted name. */
  readonly modules = new Map<string, string>();

  constructor(files: readonly InstalledFile[], parser: PythonParser) {
    const folders = new Map<string, Set<string>>([[ROOT, new Set()]]);
    this.facts.setRoots([ROOT]);
    for (const { path, text } of files) {
      const full = `${ROOT}/${path}`;
      this.facts.setFile(full, { source: parser.parse(text), notebook: false, target: [3, 14] });
      this.#place(full);
      const parts = full.split('/');
      for (let i = 2; i < parts.length; i++) {
        const folder = parts.slice(0, i).join('/');
        const entries = folders.get(folder) ?? new Set();
        folders.set(folder, entries.add(i < parts.length - 1 ? `${parts[i]}/` : parts[i]!));
      }
    }
    for (const [folder, entries] of folders) this.facts.setFolder(folder, entries);
    // What was looked for and is not there.
    const list = this.facts.setFolder.bind(this.facts);
    const missing = (folder: string) => !folders.has(folder) && list(folder, new Set());
    for (const folder of [`${ROOT}/src`, `${ROOT}/lib`, '']) missing(folder);
  }

  modulesNamed(pattern: string): string[] {
    if (!pattern.endsWith('.*')) {
      if (!this.modules.has(pattern)) throw new Error(`No module ${pattern}`);
      return [pattern];
    }
    const prefix = pattern.slice(0, -1);
    return [...this.modules.keys()].filter(
      (name) =>
        name.startsWith(prefix) &&
        !/[._]/.test(name.slice(prefix.length, prefix.length + 1)) &&
        !name.includes('.', prefix.length),
    );
  }

  #place(path: string): void {
    const name = dottedName(path);
    const known = this.modules.get(name);
    // As the door prefers them: stubs of their own, then sources.
    if (
      known === undefined ||
      path.includes('-stubs/') ||
      (path.endsWith('.pyi') && !known.includes('-stubs/'))
    )
      this.modules.set(name, path);
  }
}

function dottedName(path: string): string {
  return path
    .slice(ROOT.length + 1)
    .replace(/\.pyi?$/, '')
    .replace(/\/__init__$/, '')
    .replace(/^([^/]+)-stubs\b/, '$1')
    .replaceAll('/', '.');
}

/** A type as the notation has it; classes by their identifiers. */
type Type =
  | { readonly is: 'any' | 'none' }
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'class'; readonly cls: string; readonly args: readonly Type[] }
  /** The class itself. */
  | { readonly is: 'type'; readonly of: Type }
  | { readonly is: 'union'; readonly of: readonly Type[] };

/** What a name is, in a module or a class; null: something that cannot be told. */
type Fact =
  | { readonly is: 'value'; readonly type: Type; readonly isProperty: boolean }
  | {
      readonly is: 'function';
      readonly isAsync: boolean;
      readonly flags: string;
      /** One for each overload. */
      readonly signatures: readonly Signature[];
    }
  | null;

interface Signature {
  /** Without `self`. */
  readonly parameters: string;
  readonly returns: Type;
}

interface ClassShape {
  readonly id: string;
  readonly parameters: readonly string[];
  readonly bases: readonly { readonly cls: string; readonly args: readonly Type[] }[];
  readonly hasUnknownBase: boolean;
  readonly members: ReadonlyMap<string, Fact>;
}

const ANY: Type = { is: 'any' };
const NONE: Type = { is: 'none' };
const SELF: Type = { is: 'variable', name: 'Self' };

/** Reads what the sources say of names, as types: more is kept of annotations than kinds hold. */
class Reader {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** A name at the top of a module. */
  global(path: string, name: string): Fact {
    const kind = this.#facts.global(path, name);
    if (kind === undefined) return null;
    return this.#named(path, this.#facts.table(path)?.bindings.get(name) ?? [], kind, undefined);
  }

  shapeOf(id: string): ClassShape {
    const { path, qualname } = splitProjectId(id);
    const record = this.#facts.table(path)?.classes.get(qualname);
    const { mro: ancestors, complete } = this.#facts.classes.of(id);
    const members = new Map<string, Fact>();
    if (record === undefined)
      return { id, parameters: [], bases: [], hasUnknownBase: true, members };
    for (const name of new Set([...record.bindings.keys(), ...record.attributes.keys()])) {
      if (name.startsWith('_') && !PROTOCOL_METHODS.has(name)) continue;
      const kind = this.#facts.classes.ownMember(id, name);
      if (kind === undefined || kind.k === 'none' || this.#onlyRaises(name, kind)) continue;
      const isAttribute = record.attributes.has(name);
      members.set(name, this.#named(path, isAttribute ? [] : record.bindings.get(name)!, kind, id));
    }
    const { chunk, item: node } = record.header;
    const scope = new Reading(this.#facts, path, chunk, node, undefined);
    const bases = node.bases.flatMap((base) => {
      const type = scope.type(base);
      return type.is === 'class' ? [{ cls: type.cls, args: type.args }] : [];
    });
    const told = bases.filter(({ cls }) => ancestors.includes(cls));
    const isWholeAbove = told.every(
      ({ cls }) => !isProjectId(cls) || this.#facts.classes.of(cls).complete,
    );
    return {
      id,
      parameters: scope.parameters(),
      bases: told,
      hasUnknownBase: !complete && isWholeAbove,
      members,
    };
  }

  /** Is the method only there to say that there is none: « use async with »? */
  #onlyRaises(name: string, kind: Kind): boolean {
    if (!PROTOCOL_METHODS.has(name) || kind.k !== 'function') return false;
    if (this.#facts.functions.of(kind.fn)?.isStub) return false;
    const [first, second] = this.#facts.functionNode(kind.fn)?.item.body ?? [];
    const isDocstring = first?.kind === 'Expr' && first.value.kind === 'Constant';
    return (isDocstring ? second : first)?.kind === 'Raise';
  }

  #named(
    path: string,
    bindings: readonly InChunk<Binding>[],
    kind: Kind,
    owner: string | undefined,
  ): Fact {
    const ids = bindings.flatMap(({ chunk, item: { origin } }) => {
      if (origin.how !== 'function') return [];
      const evaluator = new Evaluator(this.#facts, path, chunk);
      const decorators = origin.node.decorator_list.map((decorator) =>
        evaluator.qualifiedName(decorator),
      );
      const id = this.#facts.idOf(path, chunk, origin.node);
      return id === undefined
        ? []
        : [
            {
              id,
              isOverload: decorators.some((name) =>
                /^typing(?:_extensions)?\.overload$/.test(name ?? ''),
              ),
            },
          ];
    });
    const overloads = ids.filter(({ isOverload }) => isOverload);
    if (overloads.length > 0) return merged(overloads.map(({ id }) => this.#function(id, owner)));
    const members = membersOf(kind);
    if (members.every((member) => member.k === 'function'))
      return merged(
        members.map((member) =>
          member.self === null && isProjectId(member.fn) ? this.#function(member.fn, owner) : null,
        ),
      );
    const type = typeOfKind(kind, this.#facts);
    return type.is === 'any' ? null : { is: 'value', type, isProperty: false };
  }

  #function(id: string, owner: string | undefined): Fact {
    const facts = this.#facts.functions.of(id);
    const found = this.#facts.functionNode(id);
    if (facts === undefined || found === undefined) return null;
    if (facts.mayYield && !facts.isGenerator) return null;
    const { item: node, chunk } = found;
    const reading = new Reading(this.#facts, splitProjectId(id).path, chunk, node, owner);
    const returned =
      reading.returned(node) ?? typeOfKind(this.#facts.functions.result(id), this.#facts);
    if (facts.isProperty) {
      const type = facts.isAsync ? coroutine(returned) : returned;
      return { is: 'value', type, isProperty: true };
    }
    const flags = owner === undefined ? '' : facts.isStatic ? 's' : facts.isClassMethod ? 'c' : '';
    const skipped = owner === undefined || facts.isStatic ? 0 : 1;
    const parameters = parametersOf(node.args, skipped);
    const gives = (returns: Type, isAsync = false): Fact => ({
      is: 'function',
      isAsync,
      flags,
      signatures: [{ parameters, returns }],
    });
    const item = (returned.is === 'class' && returned.args[0]) || ANY;
    if (facts.manager === 'async')
      return gives(cls('contextlib._AsyncGeneratorContextManager', item));
    if (facts.manager === 'sync') return gives(cls('contextlib._GeneratorContextManager', item));
    if (facts.isGenerator)
      return gives(facts.isAsync ? cls('typing.AsyncGenerator', item) : returned);
    if (!facts.isAsync) return gives(returned);
    // An abstract `async def` annotated as an iterator is often meant to be a generator.
    const isCoroutine = this.#facts.values.called(fn(id)).k === 'coroutine';
    return isCoroutine ? gives(returned, true) : null;
  }
}

/** Annotations as they stand in one definition. */
class Reading {
  readonly #facts: Facts;
  readonly #path: string;
  readonly #evaluator: Evaluator;
  readonly #scope: Scope;
  readonly #node: FunctionDef | ClassDef;
  /** The type variable that annotates `self`, or `type` of which annotates `cls`. */
  readonly #selfVariable: string | undefined;
  readonly #ownerParameters: ReadonlySet<string>;

  constructor(
    facts: Facts,
    path: string,
    chunk: Chunk,
    node: FunctionDef | ClassDef,
    owner: string | undefined,
  ) {
    this.#facts = facts;
    this.#path = path;
    this.#node = node;
    this.#evaluator = new Evaluator(facts, path, chunk);
    this.#scope = this.#evaluator.scopeAround(node);
    this.#ownerParameters = new Set(owner === undefined ? [] : parametersOfClass(facts, owner));
    if (owner !== undefined && node.kind !== 'ClassDef') {
      const first = [...node.args.posonlyargs, ...node.args.args][0]?.annotation ?? null;
      const inner = first?.kind === 'Subscript' ? first.slice : first;
      const written = inner?.kind === 'Constant' && inner.type === 'str' ? inner.value : undefined;
      this.#selfVariable = inner?.kind === 'Name' ? inner.id : (written ?? undefined);
    }
  }

  /** What the annotation of a function, or a body that only gives back `self`, says that it returns. */
  returned(node: FunctionDef): Type | undefined {
    if (node.returns !== null) return this.type(node.returns);
    const self = [...node.args.posonlyargs, ...node.args.args][0]?.arg;
    const { returns } = bodyFacts(node);
    const isFluent =
      returns.length > 0 &&
      returns.every(({ value }) => value?.kind === 'Name' && value.id === self);
    return isFluent && this.#scope.kind === 'class' && flowOf(node)?.fallsThrough === false
      ? SELF
      : undefined;
  }

  /** Names of the class's type parameters, in order. */
  parameters(): string[] {
    if (this.#node.kind !== 'ClassDef') return [];
    const { type_params, bases } = this.#node;
    if (type_params.length > 0) return type_params.map(({ name }) => name);
    const types = bases.map((base) => [this.#qualified(head(base)), this.type(base)] as const);
    const generic =
      types.find(([name]) => name === 'typing.Generic') ??
      types.find(([name]) => name === 'typing.Protocol');
    const listed =
      generic && generic[1].is === 'class' && generic[1].args.length > 0
        ? [generic[1]]
        : types.map(([, type]) => type);
    return [...new Set(listed.flatMap((type) => [...variablesIn(type)]))].filter(
      (name) => name !== 'Self',
    );
  }

  type(expr: Expr): Type {
    switch (expr.kind) {
      case 'Constant': {
        if (expr.type === 'None') return NONE;
        const read = expr.type === 'str' ? readAnnotation(expr.value ?? '', expr) : null;
        return read === null ? ANY : this.type(read.expr);
      }
      case 'BinOp':
        return expr.op === '|' ? union([this.type(expr.left), this.type(expr.right)]) : ANY;
      case 'Name':
      case 'Attribute':
        return this.#name(expr);
      case 'Subscript':
        return this.#subscript(
          expr.value,
          expr.slice.kind === 'Tuple' ? expr.slice.elts : [expr.slice],
        );
      default:
        return ANY;
    }
  }

  #name(expr: Expr): Type {
    const qualified = this.#qualified(expr);
    if (/^typing(?:_extensions)?\.Self$/.test(qualified ?? '')) return SELF;
    const isParameter = (node: FunctionDef | ClassDef) =>
      expr.kind === 'Name' && node.type_params.some(({ name }) => name === expr.id);
    const kind = this.#kind(expr);
    const isVariable = kind.k === 'type' && kind.of.k === 'variable';
    if (expr.kind === 'Name' && (isVariable || isParameter(this.#node)))
      return expr.id === this.#selfVariable
        ? SELF
        : this.#isOfClass(expr.id)
          ? { is: 'variable', name: expr.id }
          : this.#boundOf(expr.id);
    return typeOfKind(this.#facts.values.instanceOf(kind, []), this.#facts);
  }

  #isOfClass(name: string): boolean {
    return this.#node.kind === 'ClassDef' || this.#ownerParameters.has(name);
  }

  /** The bound of a type variable that only the function knows, which at least tells of its values. */
  #boundOf(name: string): Type {
    const bindings = this.#facts.table(this.#path)?.bindings.get(name) ?? [];
    for (const { chunk, item } of bindings) {
      if (item.origin.how !== 'assign' || item.origin.value?.kind !== 'Call') continue;
      const bound = item.origin.value.keywords.find(({ arg }) => arg === 'bound')?.value;
      if (bound === undefined) continue;
      const type = new Reading(this.#facts, this.#path, chunk, this.#node, undefined).type(bound);
      // A base of the standard library says what a value has, not what it lacks.
      if (type.is === 'class' && isProjectId(type.cls)) return type;
    }
    return ANY;
  }

  #subscript(value: Expr, parameters: readonly Expr[]): Type {
    const qualified = this.#qualified(value) ?? '';
    const name = qualified.replace(/^typing_extensions\./, 'typing.');
    switch (name) {
      case 'typing.Optional':
        return union([this.type(parameters[0]!), NONE]);
      case 'typing.Union':
        return union(parameters.map((parameter) => this.type(parameter)));
      case 'typing.Annotated':
      case 'typing.Final':
      case 'typing.ClassVar':
        return this.type(parameters[0]!);
      case 'typing.Type':
      case 'builtins.type':
        return { is: 'type', of: this.type(parameters[0]!) };
      case 'typing.Generic':
      case 'typing.Protocol':
        return cls(name, ...parameters.map((parameter) => this.type(parameter)));
    }
    const kind = this.#kind(value);
    if (kind.k === 'type') return typeOfKind(kind.of, this.#facts);
    return kind.k === 'class'
      ? cls(kind.cls, ...parameters.map((parameter) => this.type(parameter)))
      : ANY;
  }

  /** What a name of a module stands for outside the site, through the modules that hand it on. */
  #imported(path: string, name: string, depth = 0): string | undefined {
    const bindings = this.#facts.table(path)?.bindings.get(name);
    if (bindings === undefined) return this.#facts.globalImport(path, name);
    const names = bindings.map(({ item: { origin } }) => {
      if (origin.how !== 'import' || origin.name === null || depth > 5) return undefined;
      const module = this.#facts.imported(path, origin.module, origin.level, null);
      return module.k === 'module' && isProjectId(module.name)
        ? this.#imported(module.name.slice(0, -2), origin.name, depth + 1)
        : this.#facts
            .canonicalName(`${origin.module}.${origin.name}`)
            .replace(/^typing_extensions\./, 'typing.');
    });
    const [first, ...others] = new Set(names);
    return others.length === 0 && first !== undefined
      ? first
      : this.#facts.globalImport(path, name);
  }

  #kind(expr: Expr): Kind {
    if (expr.kind === 'Name') return this.#evaluator.nameKind(expr.id, this.#scope);
    return expr.kind === 'Attribute'
      ? this.#facts.values.attribute(this.#kind(expr.value), expr.attr)
      : { k: 'unknown' };
  }

  #qualified(expr: Expr): string | undefined {
    if (expr.kind === 'Attribute') {
      const owner = this.#qualified(expr.value);
      return owner && this.#facts.canonicalName(`${owner}.${expr.attr}`);
    }
    return expr.kind === 'Name' ? this.#imported(this.#path, expr.id) : undefined;
  }
}

function parametersOfClass(facts: Facts, id: string): string[] {
  const header = facts.classRecord(id)?.header;
  if (header === undefined) return [];
  return new Reading(
    facts,
    splitProjectId(id).path,
    header.chunk,
    header.item,
    undefined,
  ).parameters();
}

/** All that the public names of modules lead to, weighed and written. */
class Description {
  readonly #facts: Facts;
  readonly #reader: Reader;
  readonly #shapes = new Map<string, ClassShape>();
  /** Classes of which something, or of what they lead to, is to be awaited, entered or iterated. */
  readonly #mattering = new Set<string>();
  /** Public name, by identifier. */
  readonly #names = new Map<string, string>();
  readonly #referred = new Set<string>();
  readonly #written = new Map<string, Map<string, string>>();

  constructor(
    readonly site: Site,
    readonly modules: readonly string[],
    /** Classes that nobody names. */
    readonly without: RegExp,
  ) {
    this.#facts = site.facts;
    this.#reader = new Reader(site.facts);
  }

  texts(): Map<string, string> {
    const exports = this.modules.flatMap((module) => this.#exportsOf(module));
    for (const { module, name, id } of exports)
      if (id !== undefined) this.#name(id, `${module}.${name}`);
    for (const { fact, id } of exports)
      this.#gather([...classesIn(fact), ...(id === undefined ? [] : [id])]);
    this.#weigh();
    for (const each of exports) this.#writeExport(each);
    this.#writeClasses();
    return new Map(
      [...this.#written].map(([module, entries]) => [
        module,
        ['', ...[...entries].map(([name, fact]) => `${name} ${fact}`)].join(';'),
      ]),
    );
  }

  /** The names that a module means others to import. */
  #exportsOf(module: string): Export[] {
    const path = this.site.modules.get(module)!;
    const isPackage = /\/__init__\.pyi?$/.test(path);
    const listed = this.#facts.exports(path);
    const found: Export[] = [];
    for (const name of new Set(this.#namesIn(path, new Set()))) {
      if (name.startsWith('_')) continue;
      const kind = this.#facts.global(path, name);
      if (kind === undefined) continue;
      const definition = definitionOf(kind);
      // What a decorator makes is nobody else's: it goes by the name that it is given.
      const id = definition?.includes('<') ? undefined : definition;
      const home = id && splitProjectId(id).path;
      const isOwn =
        home === undefined ? this.#facts.table(path)!.bindings.has(name) : home === path;
      const isExported = listed?.has(name) ?? (isPackage && this.#isOfPackage(home, module));
      // What a module imports from elsewhere for itself is not its own.
      if (!isExported && (!isOwn || this.#isImported(path, name))) continue;
      const isClass = kind.k === 'class';
      const fact = isClass
        ? null
        : this.#reader.global(home ?? path, id === undefined ? name : splitProjectId(id).qualname);
      found.push({
        module,
        name,
        id: isClass || fact?.is === 'function' ? id : undefined,
        isClass,
        fact,
      });
    }
    return found;
  }

  #isImported(path: string, name: string): boolean {
    const bindings = this.#facts.table(path)!.bindings.get(name) ?? [];
    return bindings.length > 0 && bindings.every(({ item }) => item.origin.how === 'import');
  }

  #isOfPackage(home: string | undefined, module: string): boolean {
    return home !== undefined && dottedName(home).split('.')[0] === module.split('.')[0];
  }

  *#namesIn(path: string, seen: Set<string>): Generator<string> {
    const table = this.#facts.table(path);
    if (table === undefined || seen.has(path)) return;
    seen.add(path);
    yield* table.bindings.keys();
    for (const { module, level } of table.stars) {
      const star = this.#facts.imported(path, module, level, null);
      if (star.k !== 'module' || !isProjectId(star.name)) continue;
      const starred = star.name.slice(0, -2);
      const listed = this.#facts.exports(starred);
      for (const name of this.#namesIn(starred, seen)) if (listed?.has(name) ?? true) yield name;
    }
  }

  /** A definition goes by its shortest public name. */
  #name(id: string, name: string): void {
    const known = this.#names.get(id);
    const isOwn = name.endsWith(`.${splitProjectId(id).qualname}`);
    if (
      known === undefined ||
      cost(name, isOwn) < cost(known, known.endsWith(`.${splitProjectId(id).qualname}`))
    )
      this.#names.set(id, name);
  }

  #nameOf(id: string): string {
    const { path, qualname } = splitProjectId(id);
    return this.#names.get(id) ?? `${dottedName(path)}.${qualname}`;
  }

  #gather(waiting: string[]): void {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (!isProjectId(id) || this.#shapes.has(id)) continue;
      const shape = this.#reader.shapeOf(id);
      this.#shapes.set(id, shape);
      waiting.push(...usedBy(shape));
    }
  }

  /**
   * A class that has coroutines and the like matters, and so do its heirs. What only leads to one matters if
   * it leads there at once: farther off, nobody would follow.
   */
  #weigh(): void {
    const heirs = new Map<string, string[]>();
    const users = new Map<string, string[]>();
    const own: string[] = [];
    for (const [id, shape] of this.#shapes) {
      // What is raised is neither awaited nor entered.
      if (this.#facts.classes.derives(id, 'builtins.BaseException')) continue;
      if (!this.#isPlain(id) || this.without.test(id)) continue;
      for (const { cls } of shape.bases) add(heirs, cls, id);
      for (const used of usedBy(shape)) add(users, used, id);
      if (isSeed(shape)) own.push(id);
    }
    for (let id = own.pop(); id !== undefined; id = own.pop()) {
      if (this.#mattering.has(id)) continue;
      this.#mattering.add(id);
      own.push(...(heirs.get(id) ?? []));
    }
    for (const id of [...this.#mattering])
      for (const user of users.get(id) ?? []) this.#mattering.add(user);
  }

  /** Is it a class of its own name, of which a call makes an instance? */
  #isPlain(id: string): boolean {
    const made = this.#facts.values.called({ k: 'class', cls: id });
    return /::\w+$/.test(id) && made.k === 'instance' && made.cls === id;
  }

  #module(name: string): Map<string, string> {
    let entries = this.#written.get(name);
    if (entries === undefined) this.#written.set(name, (entries = new Map()));
    return entries;
  }

  #writeExport({ module, name, id, isClass, fact }: Export): void {
    const own = `${module}.${name}`;
    if (id === undefined) {
      const text = this.#fact(fact);
      if (text !== undefined) this.#module(module).set(name, text);
      return;
    }
    const canonical = this.#nameOf(id);
    if (isClass) {
      if (!this.#refer(id)) return;
    } else {
      const text = this.#fact(fact);
      if (text === undefined) return;
      this.#place(canonical, text);
    }
    if (own !== canonical) this.#module(module).set(name, `=${canonical}`);
  }

  #place(canonical: string, fact: string): void {
    const dot = canonical.lastIndexOf('.');
    this.#module(canonical.slice(0, dot)).set(canonical.slice(dot + 1), fact);
  }

  /** Has a class written where it has its name; false for one that says nothing. */
  #refer(id: string): boolean {
    const shape = this.#shapes.get(id);
    if (shape === undefined || !this.#mattering.has(id)) return false;
    this.#referred.add(id);
    return true;
  }

  /** What is referred to while writing is written in turn. */
  #writeClasses(): void {
    for (const id of this.#referred) {
      const { parameters, bases, hasUnknownBase, members } = this.#shapes.get(id)!;
      const above = [...new Set(bases.flatMap(({ cls, args }) => this.#base(cls, args)))];
      if (hasUnknownBase) above.push('?');
      const own: string[] = [];
      for (const [name, fact] of members) {
        const text = this.#member(id, name, fact);
        if (text !== undefined) own.push(`${name} ${text}`);
      }
      const head = parameters.length > 0 ? `[${parameters.map((name) => `~${name}`)}]` : '';
      this.#place(
        this.#nameOf(id),
        `c${head}${above.length > 0 ? `(${above})` : ''}{${own.join(';')}}`,
      );
    }
  }

  #member(id: string, name: string, fact: Fact): string | undefined {
    if (name === '__await__') return this.#awaiting(fact);
    const above = this.#toldAbove(id, name);
    const own =
      this.#fact(fact) ??
      (PROTOCOL_METHODS.has(name) ? 'd' : above === undefined ? undefined : ':?');
    return own === above ? undefined : own;
  }

  /** A base, or what stands for it: those of one that nobody names and that says nothing itself. */
  #base(cls: string, args: readonly Type[]): string[] {
    if (!isProjectId(cls)) {
      if (/^builtins\.object$|^typing\.(?:Generic|Protocol)$/.test(cls)) return [];
      // Of another package nothing is known, not even what it lacks.
      return [stdlibModule(cls.split('.')[0]!) === undefined ? '?' : this.#class(cls, args)];
    }
    const shape = this.#shapes.get(cls);
    if (shape === undefined) return ['?'];
    if (!this.#mattering.has(cls)) {
      if (this.#isSilent(cls)) return [];
      // It can be iterated, or called: that must be known of its heirs.
      this.#mattering.add(cls);
    }
    const says = [...shape.members].some(
      ([name, fact]) => this.#member(cls, name, fact) !== undefined,
    );
    if (says || this.#names.has(cls) || shape.hasUnknownBase) return [this.#class(cls, args)];
    return shape.bases.flatMap((base) => this.#base(base.cls, base.args));
  }

  /** Has a class that is not written nothing that could be looked for? */
  #isSilent(id: string): boolean {
    const shape = this.#shapes.get(id);
    if (shape === undefined || shape.hasUnknownBase) return false;
    return (
      ![...shape.members.keys()].some((name) => PROTOCOL_METHODS.has(name)) &&
      shape.bases.every(({ cls }) => (isProjectId(cls) ? this.#isSilent(cls) : SILENT.test(cls)))
    );
  }

  /** What a base tells of the name. */
  #toldAbove(id: string, name: string): string | undefined {
    for (const base of this.#facts.classes.of(id).mro.slice(1)) {
      const fact = this.#shapes.get(base)?.members.get(name);
      const told = fact === undefined || !this.#mattering.has(base) ? undefined : this.#fact(fact);
      if (told !== undefined) return told;
    }
    return undefined;
  }

  #fact(fact: Fact): string | undefined {
    if (fact === null) return undefined;
    if (fact.is === 'value') {
      const type = this.#type(fact.type);
      // A field that may hold many things is data: nobody calls its methods without looking.
      const isData =
        !fact.isProperty &&
        fact.type.is === 'union' &&
        type.split('|').filter(isTelling).length > 1;
      return isTelling(type) && !isData ? `${fact.isProperty ? '%' : ':'}${type}` : undefined;
    }
    const signatures = fact.signatures.map(({ parameters, returns }) => ({
      parameters,
      type: this.#type(returns),
    }));
    const types = new Set(signatures.map(({ type }) => type));
    // One overload that says nothing silences the others: which is meant, the facts do not say.
    const isTold = [...types].some(isTelling) && !types.has('?');
    const [only] = types.size === 1 ? types : [];
    // What tells overloads apart is of use when they differ only.
    const text =
      only === undefined
        ? signatures.map(({ parameters, type }) => `(${parameters})${type}`).join('')
        : `()${only}`;
    if (fact.isAsync) return `a${fact.flags}${isTold ? text : ''}`;
    return isTold ? `d${fact.flags}${text}` : undefined;
  }

  /** What awaiting an instance gives is the value of the generator that `__await__` makes. */
  #awaiting(fact: Fact): string {
    const type = fact?.is === 'function' ? fact.signatures[0]?.returns : undefined;
    const given =
      type?.is === 'class' && type.cls === 'typing.Generator' ? type.args[2] : undefined;
    const text = given === undefined ? '?' : this.#type(given);
    return isTelling(text) ? `d()typing.Generator[?,?,${text}]` : 'd';
  }

  /** `?` when a type says nothing. */
  #type(type: Type): string {
    switch (type.is) {
      case 'any':
        return '?';
      case 'none':
        return 'None';
      case 'variable':
        return `~${type.name}`;
      case 'type': {
        const of = this.#type(type.of);
        return isTelling(of) ? `type[${of}]` : '?';
      }
      case 'union': {
        const types = [...new Set(type.of.map((member) => this.#type(member)))];
        return types.includes('?') ? '?' : types.join('|');
      }
      case 'class':
        if (isProjectId(type.cls))
          return this.#refer(type.cls) ? this.#class(type.cls, type.args) : '?';
        // Whether an awaitable must be awaited is another matter: it may be a task.
        if (type.cls === 'typing.Awaitable' && !isTelling(this.#type(type.args[0] ?? ANY)))
          return '?';
        return isAsyncInStdlib(type.cls) ? this.#class(type.cls, type.args) : '?';
    }
  }

  #class(id: string, args: readonly Type[]): string {
    if (isProjectId(id)) this.#refer(id);
    const name = isProjectId(id) ? this.#nameOf(id) : id.replace(/^builtins\./, '');
    const texts = args.map((arg) => this.#type(arg));
    return texts.some((text) => text !== '?') ? `${name}[${texts}]` : name;
  }
}

interface Export {
  readonly module: string;
  readonly name: string;
  /** Of the definition, of a class or a function. */
  readonly id: string | undefined;
  readonly isClass: boolean;
  readonly fact: Fact;
}

const SILENT =
  /^builtins\.(?:object|BaseException|Exception)$|^typing\.(?:Generic|Protocol)$|^abc\.ABC$/;
const SEED_METHODS = new Set(['__aenter__', '__aiter__', '__anext__', '__await__', '__enter__']);

function cls(id: string, ...args: readonly Type[]): Type {
  return { is: 'class', cls: id, args };
}

function coroutine(of: Type): Type {
  return cls('typing.Coroutine', ANY, ANY, of);
}

function union(types: readonly Type[]): Type {
  return types.length === 1 ? types[0]! : { is: 'union', of: types };
}

function isTelling(text: string): boolean {
  return text !== '?' && text !== 'None';
}

/** The facts of one name defined several times, if they go together. */
function merged(facts: readonly Fact[]): Fact {
  const [first = null] = facts;
  if (facts.length < 2 || first?.is !== 'function') return facts.length === 1 ? first : null;
  const signatures: Signature[] = [];
  for (const fact of facts) {
    if (fact?.is !== 'function' || fact.isAsync !== first.isAsync || fact.flags !== first.flags)
      return null;
    signatures.push(...fact.signatures);
  }
  return { ...first, signatures };
}

/** How many arguments are needed and taken, in the notation's terms: what is optional by keyword alone is left out. */
function parametersOf(args: Arguments, skipped: number): string {
  const { posonlyargs, args: plain, vararg, kwonlyargs, kw_defaults, defaults } = args;
  const count = posonlyargs.length + plain.length;
  const positional = Array.from({ length: count }, (_, i) =>
    count - i <= defaults.length ? 'a=' : 'a',
  );
  const needed = kwonlyargs.filter((_, i) => kw_defaults[i] === null).map(() => 'k');
  const star = vararg !== null ? ['*a'] : needed.length > 0 ? ['*'] : [];
  return [...positional.slice(skipped), ...star, ...needed].join(',');
}

function typeOfKind(kind: Kind, facts: Facts): Type {
  switch (kind.k) {
    case 'none':
      return NONE;
    case 'union':
      return union(kind.members.map((member) => typeOfKind(member, facts)));
    case 'class':
      return { is: 'type', of: cls(kind.cls) };
    case 'type':
      return { is: 'type', of: typeOfKind(kind.of, facts) };
    case 'instance':
      return cls(kind.cls, ...kind.args.map((arg) => typeOfKind(arg, facts)));
    case 'coroutine':
      return coroutine(
        typeOfKind(
          kind.of ?? (kind.fn === null ? { k: 'unknown' } : facts.functions.result(kind.fn)),
          facts,
        ),
      );
    case 'asyncGenerator':
      return cls('typing.AsyncGenerator', typeOfKind(kind.of ?? { k: 'unknown' }, facts));
    default:
      return ANY;
  }
}

function head(expr: Expr): Expr {
  return expr.kind === 'Subscript' ? expr.value : expr;
}

function* variablesIn(type: Type): Generator<string> {
  if (type.is === 'variable') yield type.name;
  else if (type.is === 'class') for (const arg of type.args) yield* variablesIn(arg);
  else if (type.is === 'union') for (const member of type.of) yield* variablesIn(member);
  else if (type.is === 'type') yield* variablesIn(type.of);
}

function* classesInType(type: Type): Generator<string> {
  if (type.is === 'class') {
    yield type.cls;
    for (const arg of type.args) yield* classesInType(arg);
  } else if (type.is === 'union') for (const member of type.of) yield* classesInType(member);
  else if (type.is === 'type') yield* classesInType(type.of);
}

function classesIn(fact: Fact): string[] {
  if (fact === null) return [];
  const types = fact.is === 'value' ? [fact.type] : fact.signatures.map(({ returns }) => returns);
  return types.flatMap((type) => [...classesInType(type)]);
}

function usedBy({ bases, members }: ClassShape): string[] {
  return [
    ...bases.flatMap(({ cls, args }) => [cls, ...args.flatMap((arg) => [...classesInType(arg)])]),
    ...[...members.values()].flatMap(classesIn),
  ];
}

function isSeed(shape: ClassShape): boolean {
  return (
    [...shape.members].some(
      ([name, fact]) => SEED_METHODS.has(name) || (fact?.is === 'function' && fact.isAsync),
    ) ||
    usedBy(shape).some(
      (used) => !isProjectId(used) && used !== 'typing.Awaitable' && isAsyncInStdlib(used),
    )
  );
}

const inStdlib = new Map<string, boolean>();

/** Is a class of the standard library to be awaited, entered or iterated asynchronously, or does it have coroutines? */
function isAsyncInStdlib(id: string): boolean {
  let answer = inStdlib.get(id);
  if (answer === undefined) {
    answer =
      id === 'contextlib._GeneratorContextManager' ||
      mro({ kind: 'ref', name: id, args: [] }).some((ancestor) =>
        [...ancestor.cls.ownNames()].some((name) => {
          const member = ancestor.cls.ownMember(name);
          return (
            name !== '__enter__' &&
            (SEED_METHODS.has(name) || (member?.kind === 'function' && member.isAsync))
          );
        }),
      );
    inStdlib.set(id, answer);
  }
  return answer;
}

/** The class or function of the sources that a value is, under whatever name. */
function definitionOf(kind: Kind): string | undefined {
  const [first, ...others] = membersOf(kind).map((member) => {
    if (member.k === 'class' && isProjectId(member.cls)) return member.cls;
    return member.k === 'function' && member.self === null && isProjectId(member.fn)
      ? member.fn
      : undefined;
  });
  // Overloads and twins under `if` are one definition.
  const plain = (id: string | undefined) => id?.replace(/#\d+$/, '');
  return first !== undefined && others.every((id) => plain(id) === plain(first))
    ? plain(first)
    : undefined;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function cost(name: string, isOwn: boolean): number {
  return name.split('.').length + (isOwn ? 0 : 0.5);
}
