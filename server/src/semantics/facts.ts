/**
 * Everything that can be asked across chunks and modules, as queries of the database: what a module-level
 * name is, what a class has, what a function returns. An answer is a kind, so it holds no node.
 */

import { isCertainlyAbsent, isInPackage } from '../knowledge/packages.ts';
import { publicName } from '../knowledge/public-names.ts';
import { stdlibEntry, stdlibModule } from '../knowledge/stdlib.ts';
import {
  type Chunk,
  type ClassDef,
  type Expr,
  type FunctionDef,
  type Lambda,
  type Return,
  SKIP,
  type SourceFile,
  walk,
  type Yield,
} from '../syntax/index.ts';
import { Database } from './database.ts';
import { Evaluator, flowOf } from './evaluator.ts';
import {
  fn,
  instance,
  isProjectId,
  type Kind,
  keyOf,
  membersOf,
  NONE,
  projectId,
  shortName,
  splitProjectId,
  typeOf,
  UNKNOWN,
  union,
} from './kinds.ts';
import {
  type Environments,
  type Folders,
  type FoundModule,
  type ModuleDoor,
  NO_ENVIRONMENT,
} from './modules.ts';
import { type Binding, type Origin, type SelfAttribute, scopesOf } from './scopes.ts';
import {
  callResult,
  classEntry,
  derivesFrom,
  instanceMember,
  kindOfEntry,
} from './stdlib-kinds.ts';
import {
  type ClassRecord,
  changeBetween,
  chunkKey,
  type InChunk,
  type ModuleTable,
  type Star,
  tableOf,
  uidOf,
} from './table.ts';
import type { PythonVersion } from './version.ts';

export interface ProjectFile {
  readonly source: SourceFile;
  readonly notebook: boolean;
  readonly target: PythonVersion;
}

export interface FunctionFacts {
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly isStatic: boolean;
  readonly isClassMethod: boolean;
  readonly isProperty: boolean;
  /** Made a context manager by its decorator. */
  readonly manager: 'async' | 'sync' | null;
  /** Nothing but a docstring, `...`, `pass` or `raise NotImplementedError`. */
  readonly isStub: boolean;
  /** A statement of its body cannot be read, and may be what makes it a generator. */
  readonly mayYield: boolean;
}

/** What could not be answered for want of a file. */
export interface Wanted {
  readonly folders: Set<string>;
  readonly modules: Set<string>;
  /** Folders whose `pyproject.toml` and `setup.cfg` may say where their packages are. */
  readonly projects: Set<string>;
}

interface Identities {
  readonly owner: string | undefined;
  readonly qualnames: ReadonlyMap<FunctionDef | ClassDef, string>;
}

export interface ClassFacts {
  /** Identifiers, the class first, in the order of look-up. */
  readonly mro: readonly string[];
  /** False when a base is not known: what is not found may exist all the same. */
  readonly complete: boolean;
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
  'typing.override',
  'typing_extensions.override',
  'typing_extensions.final',
  'warnings.deprecated',
]);

/** The same for classes. */
const TRANSPARENT_FOR_CLASSES = new Set([
  'dataclasses.dataclass',
  'enum.unique',
  'functools.total_ordering',
  'typing.final',
  'typing.runtime_checkable',
  'warnings.deprecated',
]);

/** Managers that hand on what they were built with. */
const PASS_THROUGH = new Set([
  'contextlib.aclosing',
  'contextlib.closing',
  'contextlib.nullcontext',
]);

/** Methods of loops, tasks and futures that call what they are given, with its place among the arguments. */
const CALLBACK_ARGUMENT: Readonly<Record<string, number>> = {
  add_done_callback: 0,
  add_reader: 1,
  add_signal_handler: 1,
  add_writer: 1,
  call_at: 1,
  call_later: 1,
  call_soon: 0,
  call_soon_threadsafe: 0,
};
const CALLBACK_METHODS = Object.keys(CALLBACK_ARGUMENT);

export class Facts {
  readonly database = new Database();
  readonly #files = new Map<string, ProjectFile>();
  readonly #tables = new Map<string, ModuleTable>();
  readonly #door: ModuleDoor;
  readonly #folders = new Map<string, ReadonlySet<string>>();
  readonly #sources = new Map<string, readonly string[]>();
  #roots: readonly string[] = [];
  #environments = NO_ENVIRONMENT;
  #wanted = nothingWanted();
  readonly #asked: Folders;

  constructor(door: ModuleDoor) {
    this.#door = door;
    const facts = this;
    this.#asked = {
      entries: (folder) => this.#entries(folder),
      get roots() {
        return facts.#ask<readonly string[]>(
          'roots',
          () => facts.#roots,
          (roots) => roots,
          [],
        );
      },
      get environments() {
        return facts.#ask<Environments>(
          'environments',
          () => facts.#environments,
          ({ chosen, ambient }) => JSON.stringify([...chosen, ambient]),
          NO_ENVIRONMENT,
        );
      },
      sources: (project) => this.#sourcesOf(project),
    };
  }

  setFile(path: string, file: ProjectFile): void {
    this.#files.set(path, file);
    this.#replaceTable(path, tableOf(path, file.source));
  }

  /** Tells what stands in a folder; null: it is to be read again when asked for. */
  setFolder(path: string, entries: ReadonlySet<string> | null): void {
    if (entries === null) this.#folders.delete(path);
    else this.#folders.set(path, entries);
    this.database.change([`folder ${path}`]);
  }

  /** The folders that the user works in, where absolute imports are looked for. */
  setRoots(roots: readonly string[]): void {
    this.#roots = roots;
    this.database.change(['roots']);
  }

  /** The Python environments in which what is installed is looked for. */
  setEnvironments(environments: Environments): void {
    this.#environments = environments;
    this.database.change(['environments']);
  }

  /** Tells where a project's packages are; null: to be read again when asked for. */
  setSources(project: string, folders: readonly string[] | null): void {
    if (folders === null) this.#sources.delete(project);
    else this.#sources.set(project, folders);
    this.database.change([`sources ${project}`]);
  }

  /** What was asked for and is not there: folders to list, modules to read. Each is told once. */
  takeWanted(): Wanted {
    const wanted = this.#wanted;
    this.#wanted = nothingWanted();
    return wanted;
  }

  removeFile(path: string): void {
    this.#files.delete(path);
    this.#replaceTable(path, undefined);
  }

  file(path: string): ProjectFile | undefined {
    return this.#files.get(path);
  }

  /** The module's table: changes with each version of the file, so ask finer questions where possible. */
  table(path: string): ModuleTable | undefined {
    return this.#ask<ModuleTable | undefined>(
      `table ${path}`,
      () => this.#tables.get(path),
      (table) => table,
      undefined,
    );
  }

  /** What a module-level name is; undefined when the module does not bind it. */
  global(path: string, name: string): Kind | undefined {
    return this.#ask<Kind | undefined>(
      `global ${path} ${name}`,
      () => {
        const bindings = this.#globalBindings(path, name);
        if (bindings !== undefined) return this.#bindingsKind(path, bindings);
        for (const star of [...this.#stars(path)].reverse()) {
          const kind = this.#moduleMember(path, star.module, star.level, name);
          if (kind !== undefined) return kind;
        }
        return undefined;
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  builtin(name: string): Kind {
    const entry = stdlibEntry(`builtins.${name}`);
    return entry === undefined ? UNKNOWN : kindOfEntry(entry, null);
  }

  /** The dotted name that a module-level name stands for, when all its bindings are that same import. */
  globalImport(path: string, name: string): string | undefined {
    return this.#ask<string | undefined>(
      `import ${path} ${name}`,
      () => {
        const bindings = this.#globalBindings(path, name);
        if (bindings === undefined)
          return stdlibModule('builtins')!.entry(name) && `builtins.${name}`;
        const names = new Set(bindings.map(({ item }) => this.importedName(path, item.origin)));
        return names.size === 1 ? [...names][0] : undefined;
      },
      (value) => value,
      undefined,
    );
  }

  importedName(_path: string, origin: Origin): string | undefined {
    if (origin.how !== 'import' || origin.level > 0) return undefined;
    return origin.name === null ? origin.module : `${origin.module}.${origin.name}`;
  }

  /** `asyncio.tasks.sleep` and `asyncio.sleep` are one: the public name. */
  canonicalName(dotted: string): string {
    const entry = stdlibEntry(dotted);
    return entry === undefined ? dotted : publicName(entry.qualifiedName);
  }

  imported(path: string, module: string, level: number, name: string | null): Kind {
    if (name !== null) return this.#moduleMember(path, module, level, name) ?? UNKNOWN;
    const found = this.#find(module, level, path);
    if (found === undefined) return level === 0 ? { k: 'known', name: module } : UNKNOWN;
    return moduleKind(found);
  }

  idOf(path: string, chunk: Chunk, node: FunctionDef | ClassDef): string | undefined {
    const qualname = this.#identities(path, chunk).qualnames.get(node);
    return qualname === undefined ? undefined : projectId(path, qualname);
  }

  /** Identifier of the class that a member chunk belongs to. */
  ownerOf(path: string, chunk: Chunk): string | undefined {
    const { owner } = this.#identities(path, chunk);
    return owner === undefined ? undefined : projectId(path, owner);
  }

  /** The definition that a project identifier names, in the file as it is now. */
  functionNode(id: string): InChunk<FunctionDef> | undefined {
    const { path, qualname } = splitProjectId(id);
    return this.#ask<InChunk<FunctionDef> | undefined>(
      `node ${id}`,
      () => this.#tables.get(path)?.functions.get(qualname),
      (found) => found?.item,
      undefined,
    );
  }

  functionFacts(id: string): FunctionFacts | undefined {
    return this.#ask<FunctionFacts | undefined>(
      `function ${id}`,
      () => {
        const found = this.functionNode(id);
        if (found === undefined) return undefined;
        const evaluator = this.#evaluator(id, found.chunk);
        const names = found.item.decorator_list.map((d) => this.#decoratorName(d, evaluator));
        const has = (...wanted: string[]) =>
          names.some((n) => n !== undefined && wanted.includes(n));
        const body = bodyFacts(found.item);
        return {
          isAsync: found.item.kind === 'AsyncFunctionDef',
          isGenerator: body.yields.length > 0,
          isStatic: has('staticmethod') || found.item.name === '__new__',
          isClassMethod:
            has('classmethod') ||
            found.item.name === '__init_subclass__' ||
            found.item.name === '__class_getitem__',
          isProperty: has('property', 'functools.cached_property', 'abc.abstractproperty'),
          manager: has('contextlib.asynccontextmanager')
            ? 'async'
            : has('contextlib.contextmanager')
              ? 'sync'
              : null,
          isStub: body.isStub,
          mayYield: body.isDamaged && /\byield\b/.test(found.chunk.text),
        };
      },
      (facts) => facts && JSON.stringify(facts),
      undefined,
    );
  }

  /** What the function's `return` gives: its annotation, else what its statements return. */
  result(id: string): Kind {
    if (!isProjectId(id)) return UNKNOWN;
    return this.#ask<Kind>(
      `result ${id}`,
      () => {
        const found = this.functionNode(id);
        const facts = this.functionFacts(id);
        if (found === undefined || facts === undefined) return UNKNOWN;
        const evaluator = this.#evaluator(id, found.chunk);
        const node = found.item;
        if (node.returns !== null) return evaluator.annotation(node.returns);
        if (facts.isStub || bodyFacts(node).isDamaged) return UNKNOWN;
        const flow = flowOf(node);
        const returned = bodyFacts(node)
          .returns.filter((r) => flow?.isReachable(flow.pointOf(r) ?? r) ?? true)
          .map((r) => (r.value === null ? NONE : evaluator.kindOf(r.value)));
        if (flow === undefined) return UNKNOWN;
        if (flow.fallsThrough) returned.push(NONE);
        return union(returned);
      },
      keyOf,
      UNKNOWN,
    );
  }

  classFacts(id: string): ClassFacts {
    return this.#ask<ClassFacts>(
      `class ${id}`,
      () => {
        const record = this.#classRecord(id);
        if (record === undefined) return { mro: [id], complete: false };
        const { chunk, item: node } = record.header;
        const evaluator = this.#evaluator(id, chunk);
        const mro = [id];
        // Behind a statement that cannot be read there may be any member.
        let complete = !record.statements.some((statement) => statement.kind === 'ErrorStmt');
        for (const base of node.bases) {
          const head = base.kind === 'Subscript' ? base.value : base;
          const name = evaluator.qualifiedName(head);
          if (name === 'typing.Generic' || name === 'typing.Protocol') continue;
          const kind = evaluator.kindOf(head);
          if (kind.k !== 'class') {
            complete = false;
            continue;
          }
          if (!isProjectId(kind.cls)) {
            if (!mro.includes(kind.cls)) mro.push(kind.cls);
            continue;
          }
          const facts = this.classFacts(kind.cls);
          complete &&= facts.complete;
          for (const ancestor of facts.mro) if (!mro.includes(ancestor)) mro.push(ancestor);
        }
        return { mro, complete };
      },
      (facts) => JSON.stringify(facts),
      { mro: [id], complete: false },
    );
  }

  /** What the class body, or `self.x = …` in its methods, makes of a name; undefined: nothing. Not bound to an instance. */
  ownMember(id: string, name: string): Kind | undefined {
    return this.#ask<Kind | undefined>(
      `member ${id} ${name}`,
      () => {
        const record = this.#classRecord(id);
        const { path } = splitProjectId(id);
        const bindings = record?.bindings.get(name) ?? [];
        const declared = bindings.find(({ item }) => item.origin.how === 'annotated');
        if (declared !== undefined) {
          const kind = this.#bindingsKind(path, [declared]);
          if (kind.k !== 'unknown') return kind;
        }
        const attributes = record?.attributes.get(name) ?? [];
        const annotated = attributes.filter(({ item }) => item.origin.how === 'annotated');
        const considered: readonly InChunk<Binding | SelfAttribute>[] =
          annotated.length > 0 ? annotated : [...bindings, ...attributes];
        return considered.length === 0 ? undefined : this.#bindingsKind(path, considered);
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  /** A name looked up directly in a class body. */
  classBodyName(id: string, name: string): Kind | undefined {
    return this.#ask<Kind | undefined>(
      `class body ${id} ${name}`,
      () => {
        // A bare annotation binds nothing: in `date: date`, the second is the module's.
        const bindings = this.#classRecord(id)
          ?.bindings.get(name)
          ?.filter(({ item: { origin } }) => origin.how !== 'annotated' || origin.value !== null);
        return bindings?.length ? this.#bindingsKind(splitProjectId(id).path, bindings) : undefined;
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  /** The value of a class statement: the class, unless a decorator may have made something else of it. */
  classValue(path: string, node: ClassDef, evaluator: Evaluator): Kind {
    const id = this.idOf(path, evaluator.chunk, node);
    const known = node.decorator_list.every((decorator) =>
      TRANSPARENT_FOR_CLASSES.has(this.#decoratorName(decorator, evaluator) ?? ''),
    );
    return id !== undefined && known ? { k: 'class', cls: id } : UNKNOWN;
  }

  /** Does the class, or one of its known bases, derive from (or is it) the standard class? */
  derives(id: string, standardClass: string): boolean {
    const ids = isProjectId(id) ? this.classFacts(id).mro : [id];
    return ids.some((ancestor) => !isProjectId(ancestor) && derivesFrom(ancestor, standardClass));
  }

  attribute(kind: Kind, attr: string): Kind {
    switch (kind.k) {
      case 'union': {
        // None has no attributes: the value must be another member.
        const others = kind.members.filter((member) => member.k !== 'none');
        return union(others.map((member) => this.attribute(member, attr)));
      }
      case 'module':
        return this.#memberOfModule(kind.name, attr) ?? UNKNOWN;
      case 'known':
        return { k: 'known', name: `${kind.name}.${attr}` };
      case 'class':
        return this.#memberOfClass(kind.cls, attr, kind);
      case 'type':
        return kind.of.k === 'instance'
          ? this.attribute({ k: 'class', cls: kind.of.cls }, attr)
          : UNKNOWN;
      case 'super':
        return (
          this.#lookUp(this.classFacts(kind.cls).mro.slice(1), attr, instance(kind.cls)) ?? UNKNOWN
        );
      case 'instance':
      case 'asyncGenerator':
        return this.member(kind, attr) ?? UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  /** A member of an instance; undefined when it certainly has none of that name. */
  member(receiver: Kind, name: string): Kind | undefined {
    if (receiver.k === 'asyncGenerator') return instanceMember(receiver, name, this.#target);
    if (receiver.k !== 'instance') return UNKNOWN;
    if (!isProjectId(receiver.cls)) {
      if (classEntry(receiver.cls) === undefined) return UNKNOWN;
      const known = instanceMember(receiver, name, this.#target);
      if (known !== undefined) return known;
      if (!isCertainlyAbsent(receiver.cls, name)) return untold(receiver.cls, name);
      const answersAll = instanceMember(receiver, '__getattr__', this.#target) !== undefined;
      return answersAll ? UNKNOWN : undefined;
    }
    const facts = this.classFacts(receiver.cls);
    const found = this.#lookUp(facts.mro, name, receiver);
    if (found !== undefined) return found;
    if (!facts.complete || this.#lookUp(facts.mro, '__getattr__', receiver) !== undefined)
      return UNKNOWN;
    const untelling = facts.mro.find((id) => !isProjectId(id) && !isCertainlyAbsent(id, name));
    return untelling === undefined ? undefined : untold(untelling, name);
  }

  /** What a call gives; `given`: how many arguments, all positional, when that is known. */
  called(callee: Kind, given: number | null = null): Kind {
    switch (callee.k) {
      case 'union':
        return union(
          callee.members.filter((m) => m.k !== 'none').map((m) => this.called(m, given)),
        );
      case 'class':
        return this.#constructed(callee.cls);
      case 'type':
        return callee.of.k === 'instance' && this.#constructed(callee.of.cls).k === 'instance'
          ? callee.of
          : UNKNOWN;
      case 'function':
        return this.#functionCalled(callee.fn, callee.self, given);
      case 'partial':
        return this.called(callee.of);
      case 'instance': {
        const call = this.member(callee, '__call__');
        return call === undefined ? UNKNOWN : this.called(call);
      }
      default:
        return UNKNOWN;
    }
  }

  awaited(kind: Kind): Kind {
    switch (kind.k) {
      case 'union':
        return union(kind.members.filter((m) => m.k !== 'none').map((m) => this.awaited(m)));
      case 'coroutine':
        return kind.of ?? (kind.fn === null ? UNKNOWN : this.result(kind.fn));
      case 'instance':
        return kind.cls === 'typing.Awaitable' || this.derives(kind.cls, 'asyncio.Future')
          ? (kind.args[0] ?? UNKNOWN)
          : UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  /** The instance that an annotation naming `kind` describes. */
  instanceOf(kind: Kind, args: readonly Kind[]): Kind {
    if (kind.k === 'none') return NONE;
    if (kind.k === 'type') return kind.of;
    if (kind.k !== 'class') return UNKNOWN;
    switch (kind.cls) {
      case 'typing.Coroutine':
      case 'types.CoroutineType':
        return { k: 'coroutine', fn: null, of: args[2] ?? UNKNOWN };
      case 'typing.AsyncGenerator':
      case 'types.AsyncGeneratorType':
        return { k: 'asyncGenerator', fn: null, of: args[0] ?? UNKNOWN };
      case 'builtins.object':
      case 'typing.Any':
        return UNKNOWN;
    }
    return instance(kind.cls, ...args);
  }

  /** Do brackets after the value make a type of it? */
  isGeneric(kind: Kind): boolean {
    if (kind.k === 'class') return !this.derives(kind.cls, 'enum.Enum');
    return kind.k === 'type' || (kind.k === 'instance' && kind.cls === 'typing._SpecialForm');
  }

  /** `A | B`, when both are types. */
  eitherType(left: Kind, right: Kind): Kind {
    return typeOf(union([this.instanceOf(left, []), this.instanceOf(right, [])]));
  }

  passesThrough(cls: string): boolean {
    return PASS_THROUGH.has(cls);
  }

  decoratedBy(kind: Kind, decorator: Expr, evaluator: Evaluator): Kind {
    const name = this.#decoratorName(decorator, evaluator);
    if (name !== undefined && TRANSPARENT.has(name)) return kind;
    const value = evaluator.kindOf(decorator);
    return value.k === 'function' && isProjectId(value.fn)
      ? this.#decoration(value.fn, kind)
      : UNKNOWN;
  }

  /** Identifiers of the functions that name a function of their own file, itself left out. */
  callersOf(id: string): readonly string[] {
    const { path } = splitProjectId(id);
    const name = shortName(id);
    return this.#ask<readonly string[]>(
      `callers ${id}`,
      () => {
        const callers = new Set<string>();
        for (const { chunk } of this.table(path)?.source.chunks ?? []) {
          const { nameReads, attributeReads } = scopesOf(chunk);
          if (!nameReads.has(name) && !attributeReads.has(name)) continue;
          const evaluator = new Evaluator(this, path, chunk);
          walk(chunk.body, (node) => {
            if (node.kind !== 'Call') return;
            const kind = evaluator.kindOf(node.func);
            if (kind.k !== 'function' || kind.fn !== id) return;
            const caller = evaluator.functionAround(node);
            if (caller === null || caller.kind === 'Lambda') return;
            const callerId = this.idOf(path, chunk, caller);
            if (callerId !== undefined && callerId !== id) callers.add(callerId);
          });
        }
        return [...callers];
      },
      (callers) => callers.join(' '),
      [],
    );
  }

  /** Is the function handed, in its file, to something that calls it on the loop's thread? */
  isLoopCallback(id: string): boolean {
    const { path } = splitProjectId(id);
    return this.#ask<ReadonlySet<string>>(
      `callbacks ${path}`,
      () => this.#loopCallbacks(path),
      (ids) => [...ids].sort().join(' '),
      new Set(),
    ).has(id);
  }

  /** A query for upper layers that must live in the same web of dependencies. */
  ask<T>(key: string, compute: () => T, fingerprint: (value: T) => unknown, fallback: T): T {
    return this.#ask(key, compute, fingerprint, fallback);
  }

  #loopCallbacks(path: string): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { chunk } of this.table(path)?.source.chunks ?? []) {
      const { attributeReads } = scopesOf(chunk);
      if (!CALLBACK_METHODS.some((name) => attributeReads.has(name))) continue;
      for (const id of this.#callbacksGivenIn(path, chunk)) ids.add(id);
    }
    return ids;
  }

  /** Asked chunk by chunk, so that an edit asks it again of one. */
  #callbacksGivenIn(path: string, chunk: Chunk): readonly string[] {
    return this.#ask<readonly string[]>(
      `callbacks in ${uidOf(chunk)}`,
      () => {
        const ids: string[] = [];
        const evaluator = new Evaluator(this, path, chunk);
        walk(chunk.body, (node) => {
          if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return;
          const index = CALLBACK_ARGUMENT[node.func.attr];
          const callback = index === undefined ? undefined : node.args[index];
          if (callback === undefined) return;
          const method = evaluator.kindOf(node.func);
          const kind = evaluator.kindOf(callback);
          if (method.k !== 'function' || kind.k !== 'function' || !isProjectId(kind.fn)) return;
          if (/^_?asyncio\b/.test(method.fn)) ids.push(kind.fn);
        });
        return ids;
      },
      (ids) => ids.join(' '),
      [],
    );
  }

  /** The Python that the project runs on; the same for all its files as far as kinds go. */
  get #target(): PythonVersion {
    return [3, 14];
  }

  #ask<T>(key: string, compute: () => T, fingerprint: (value: T) => unknown, fallback: T): T {
    return this.database.get({ key, compute, fingerprint, fallback });
  }

  /** Tells the database which of its inputs, read from the table, the new version may have changed. */
  #replaceTable(path: string, after: ModuleTable | undefined): void {
    const change = changeBetween(this.#tables.get(path), after);
    if (after === undefined) this.#tables.delete(path);
    else this.#tables.set(path, after);
    const keys = [`table ${path}`, `loaded ${path}`];
    for (const name of change.names) keys.push(`bindings ${path} ${name}`);
    for (const qualname of change.definitions) {
      const id = projectId(path, qualname);
      keys.push(`node ${id}`, `record ${id}`);
    }
    for (const chunk of change.chunks) keys.push(`identities ${uidOf(chunk)}`);
    if (change.stars) keys.push(`stars ${path}`);
    this.database.change(keys);
  }

  #evaluator(id: string, chunk: Chunk): Evaluator {
    return new Evaluator(this, splitProjectId(id).path, chunk);
  }

  #bindingsKind(path: string, bindings: readonly InChunk<Binding | SelfAttribute>[]): Kind {
    const kinds: Kind[] = [];
    for (const { chunk, item } of bindings) {
      if (isDeclarationOnly(item.origin)) continue;
      const evaluator = new Evaluator(this, path, chunk);
      kinds.push(evaluator.bindingKind({ name: '', ...item } as Binding));
    }
    return union(kinds);
  }

  #moduleMember(path: string, module: string, level: number, name: string): Kind | undefined {
    const found = this.#find(module, level, path);
    if (found === undefined)
      return level === 0 ? { k: 'known', name: `${module}.${name}` } : UNKNOWN;
    // What a package imports from itself is beside it, not yet in it.
    const beside =
      found.where === 'project' && found.path === path
        ? this.#door.inside(path, name, this.#asked)
        : undefined;
    const kind = moduleKind(beside ?? found);
    return kind.k === 'module' && beside === undefined
      ? this.#memberOfModule(kind.name, name)
      : kind;
  }

  /** `module`: a name of the standard library; else the path of a module, or a namespace folder, and `::`. */
  #memberOfModule(module: string, name: string): Kind | undefined {
    if (!isProjectId(module)) {
      const entry = stdlibEntry(`${module}.${name}`);
      return entry === undefined && isInPackage(module)
        ? untold(module, name)
        : entry && kindOfEntry(entry, null);
    }
    const path = module.slice(0, -2);
    if (/\.(?:pyi?|ipynb)$/.test(path)) {
      if (!this.#isLoaded(path)) return UNKNOWN;
      const own = this.global(path, name);
      if (own !== undefined) return own;
    }
    const inner = this.#door.inside(path, name, this.#asked);
    return inner && moduleKind(inner);
  }

  #find(module: string, level: number, from: string): FoundModule | undefined {
    return this.#ask<FoundModule | undefined>(
      `find ${level} ${module} ${from}`,
      () => this.#door.find(module, level, from, this.#asked),
      (found) => found && JSON.stringify(found),
      undefined,
    );
  }

  #entries(folder: string): ReadonlySet<string> | undefined {
    return this.#ask<ReadonlySet<string> | undefined>(
      `folder ${folder}`,
      () => {
        const entries = this.#folders.get(folder);
        if (entries === undefined) this.#wanted.folders.add(folder);
        return entries;
      },
      (entries) => entries && [...entries].sort().join('/'),
      undefined,
    );
  }

  #sourcesOf(project: string): readonly string[] | undefined {
    return this.#ask<readonly string[] | undefined>(
      `sources ${project}`,
      () => {
        const folders = this.#sources.get(project);
        if (folders === undefined) this.#wanted.projects.add(project);
        return folders;
      },
      (folders) => folders?.join('\n'),
      undefined,
    );
  }

  /** Is the module's text there? If not, it is wanted. */
  #isLoaded(path: string): boolean {
    return this.#ask(
      `loaded ${path}`,
      () => {
        const isLoaded = this.#files.has(path);
        if (!isLoaded) this.#wanted.modules.add(path);
        return isLoaded;
      },
      (isLoaded) => isLoaded,
      false,
    );
  }

  #classRecord(id: string): ClassRecord | undefined {
    const { path, qualname } = splitProjectId(id);
    return this.#ask<ClassRecord | undefined>(
      `record ${id}`,
      () => this.#tables.get(path)?.classes.get(qualname),
      (record) => record?.key,
      undefined,
    );
  }

  #globalBindings(path: string, name: string): readonly InChunk<Binding>[] | undefined {
    return this.#ask<readonly InChunk<Binding>[] | undefined>(
      `bindings ${path} ${name}`,
      () => this.#tables.get(path)?.bindings.get(name),
      (bindings) => bindings && chunkKey(bindings),
      undefined,
    );
  }

  #stars(path: string): readonly Star[] {
    return this.#ask<readonly Star[]>(
      `stars ${path}`,
      () => this.#tables.get(path)?.stars ?? [],
      (stars) => JSON.stringify(stars),
      [],
    );
  }

  /** How the module calls what a chunk defines. */
  #identities(path: string, chunk: Chunk): Identities {
    return this.#ask<Identities>(
      `identities ${uidOf(chunk)}`,
      () => {
        const table = this.#tables.get(path);
        const qualnames = new Map<FunctionDef | ClassDef, string>();
        for (const node of scopesOf(chunk).definitions) {
          const qualname = table?.qualnames.get(node);
          if (qualname !== undefined) qualnames.set(node, qualname);
        }
        return { owner: table?.owners.get(chunk), qualnames };
      },
      ({ owner, qualnames }) => `${owner} ${[...qualnames.values()].join(' ')}`,
      { owner: undefined, qualnames: new Map() },
    );
  }

  #memberOfClass(cls: string, attr: string, receiver: Kind): Kind {
    if (!isProjectId(cls)) {
      const entry = stdlibEntry(`${cls}.${attr}`);
      if (entry !== undefined) return kindOfEntry(entry, null);
      return isInPackage(cls) ? untold(cls, attr) : UNKNOWN;
    }
    const { mro } = this.classFacts(cls);
    return this.#lookUp(mro, attr, receiver) ?? UNKNOWN;
  }

  #lookUp(mro: readonly string[], name: string, receiver: Kind): Kind | undefined {
    let isEmptied = false;
    for (const id of mro) {
      if (!isProjectId(id)) {
        const args = receiver.k === 'instance' && receiver.cls === id ? receiver.args : [];
        const member = instanceMember(instance(id, ...args), name, this.#target);
        if (member !== undefined) return member.k === 'function' ? fn(member.fn, receiver) : member;
        continue;
      }
      const own = this.ownMember(id, name);
      if (own === undefined) continue;
      // `self.conn = None` empties what a base declares, and says nothing of what it may hold.
      if (own.k === 'none') {
        isEmptied = true;
        continue;
      }
      const bound = membersOf(own).map((member) => this.#bound(member, receiver));
      return union(isEmptied ? [NONE, ...bound] : bound);
    }
    return isEmptied ? NONE : undefined;
  }

  #bound(member: Kind, receiver: Kind): Kind {
    if (member.k !== 'function' || member.self !== null || !isProjectId(member.fn)) return member;
    const facts = this.functionFacts(member.fn);
    if (facts === undefined) return UNKNOWN;
    if (facts.isProperty)
      return receiver.k === 'class' ? UNKNOWN : this.called(fn(member.fn, receiver));
    return facts.isStatic ? member : fn(member.fn, receiver);
  }

  #constructed(cls: string): Kind {
    if (!isProjectId(cls)) return instance(cls);
    if (!this.#hasPlainMetaclass(cls)) return UNKNOWN;
    for (const id of this.classFacts(cls).mro) {
      const maker = isProjectId(id) ? this.ownMember(id, '__new__') : undefined;
      if (maker === undefined) continue;
      const made = maker.k === 'function' ? this.result(maker.fn) : UNKNOWN;
      return made.k === 'instance' && made.cls === id ? instance(cls) : made;
    }
    return instance(cls);
  }

  /** A base from elsewhere hardly ever changes what a call of the class gives. */
  #hasPlainMetaclass(cls: string): boolean {
    const header = this.#classRecord(cls)?.header;
    const metaclass = header?.item.keywords.find((k) => k.arg === 'metaclass')?.value;
    if (header === undefined || metaclass === undefined) return header !== undefined;
    return this.#evaluator(cls, header.chunk).qualifiedName(metaclass) === 'abc.ABCMeta';
  }

  #functionCalled(id: string, self: Kind | null, given: number | null): Kind {
    if (!isProjectId(id)) return callResult(id, self, this.#target, given);
    const facts = this.functionFacts(id);
    if (facts === undefined) return UNKNOWN;
    if (facts.manager === 'async') return instance('contextlib._AsyncGeneratorContextManager');
    if (facts.manager === 'sync') return instance('contextlib._GeneratorContextManager');
    if (facts.isGenerator)
      return facts.isAsync
        ? { k: 'asyncGenerator', fn: id, of: null }
        : instance('types.GeneratorType');
    if (facts.mayYield) return UNKNOWN;
    if (!facts.isAsync) return this.result(id);
    // An abstract `async def` annotated as an iterator is often meant to be a generator.
    return facts.isStub && isAsyncIterable(this.result(id))
      ? UNKNOWN
      : { k: 'coroutine', fn: id, of: null };
  }

  /** The name of a decorator, the factory's when it is called: `wraps` for `@wraps(f)`. */
  #decoratorName(decorator: Expr, evaluator: Evaluator): string | undefined {
    return evaluator.qualifiedName(decorator.kind === 'Call' ? decorator.func : decorator);
  }

  /** What a project decorator makes of a function: itself, or the inner function that it returns. */
  #decoration(id: string, decorated: Kind): Kind {
    const effect = this.#ask<'identity' | Kind>(
      `decoration ${id}`,
      () => {
        const found = this.functionNode(id);
        const facts = this.functionFacts(id);
        if (found === undefined || facts === undefined || facts.isAsync || facts.isGenerator)
          return UNKNOWN;
        const { args } = found.item.args;
        const parameter = found.item.args.posonlyargs[0] ?? args[0];
        const values = bodyFacts(found.item).returns.map((r) => r.value);
        if (values.length === 0 || flowOf(found.item)?.fallsThrough !== false) return UNKNOWN;
        if (values.every((v) => v?.kind === 'Name' && v.id === parameter?.arg)) return 'identity';
        const evaluator = this.#evaluator(id, found.chunk);
        return union(values.map((v) => (v === null ? NONE : evaluator.kindOf(v))));
      },
      (effectFound) => (effectFound === 'identity' ? effectFound : keyOf(effectFound)),
      UNKNOWN,
    );
    if (effect === 'identity') return decorated;
    return effect.k === 'function' ? effect : UNKNOWN;
  }
}

function nothingWanted(): Wanted {
  return { folders: new Set(), modules: new Set(), projects: new Set() };
}

/** Something that the facts of a package leave out: only its name is known. */
function untold(owner: string, name: string): Kind {
  return { k: 'known', name: `${owner}.${name}` };
}

function moduleKind(found: FoundModule): Kind {
  switch (found.where) {
    case 'knowledge':
      return { k: 'module', name: found.name };
    case 'project':
      return { k: 'module', name: `${found.path}::` };
    case 'namespace':
      return { k: 'module', name: `${found.folder}::` };
    case 'pending':
      return UNKNOWN;
  }
}

/** `@overload` and `@x.setter` re-declare; the definition proper is another one. */
function isDeclarationOnly(origin: Origin): boolean {
  if (origin.how !== 'function') return false;
  return origin.node.decorator_list.some((decorator) => {
    if (decorator.kind === 'Name') return decorator.id === 'overload';
    return (
      decorator.kind === 'Attribute' &&
      (decorator.attr === 'overload' ||
        (['setter', 'deleter', 'getter'].includes(decorator.attr) &&
          decorator.value.kind === 'Name' &&
          decorator.value.id === origin.node.name))
    );
  });
}

function isAsyncIterable(kind: Kind): boolean {
  return (
    kind.k === 'asyncGenerator' ||
    (kind.k === 'instance' && ['typing.AsyncIterator', 'typing.AsyncIterable'].includes(kind.cls))
  );
}

export interface BodyFacts {
  readonly returns: readonly Return[];
  readonly yields: readonly (Yield | Extract<Expr, { kind: 'YieldFrom' }>)[];
  readonly isStub: boolean;
  /** Some statement of it cannot be read. */
  readonly isDamaged: boolean;
}

const bodies = new WeakMap<FunctionDef, BodyFacts>();

/** What stands in the function's own body, inner functions and classes left out. */
export function bodyFacts(node: FunctionDef): BodyFacts {
  let facts = bodies.get(node);
  if (facts === undefined) {
    const returns: Return[] = [];
    const yields: BodyFacts['yields'][number][] = [];
    let isDamaged = false;
    walk(node.body, (n) => {
      if (n.kind === 'ErrorStmt') isDamaged = true;
      else if (n.kind === 'Return') returns.push(n);
      else if (n.kind === 'Yield' || n.kind === 'YieldFrom') yields.push(n);
      return opensFunctionOrClass(n) ? SKIP : undefined;
    });
    facts = { returns, yields, isStub: node.body.every(isStubStatement), isDamaged };
    bodies.set(node, facts);
  }
  return facts;
}

function opensFunctionOrClass(node: {
  readonly kind: string;
}): node is FunctionDef | Lambda | ClassDef {
  return ['FunctionDef', 'AsyncFunctionDef', 'Lambda', 'ClassDef'].includes(node.kind);
}

function isStubStatement(statement: FunctionDef['body'][number]): boolean {
  if (statement.kind === 'Pass') return true;
  if (statement.kind === 'Expr') return statement.value.kind === 'Constant';
  if (statement.kind !== 'Raise' || statement.exc === null) return false;
  const raised = statement.exc.kind === 'Call' ? statement.exc.func : statement.exc;
  return raised.kind === 'Name' && raised.id === 'NotImplementedError';
}
