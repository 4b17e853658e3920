/**
 * Everything that can be asked across chunks and modules, as queries of the database: what a module-level
 * name is, what a class has, what a function returns. An answer is a kind, so it holds no node.
 */

import { isInPackage } from '../knowledge/packages.ts';
import { publicName } from '../knowledge/public-names.ts';
import { knownEntry, stdlibModule } from '../knowledge/stdlib.ts';
import type { Chunk, ClassDef, FunctionDef, SourceFile } from '../syntax/index.ts';
import { Callers } from './callers.ts';
import { Classes } from './classes.ts';
import { Database } from './database.ts';
import { Evaluator } from './evaluator.ts';
import { NO_FLAGS, type TestedFlags, testedFlags } from './flags.ts';
import { Functions } from './functions.ts';
import {
  isProjectId,
  type Kind,
  keyOf,
  projectId,
  splitProjectId,
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
import { ProjectNames } from './project-names.ts';
import { type Binding, type Origin, type SelfAttribute, scopesOf } from './scopes.ts';
import { kindOfEntry } from './stdlib-kinds.ts';
import {
  type ClassRecord,
  changeBetween,
  chunkKey,
  type InChunk,
  type ModuleTable,
  nextTable,
  type Star,
  type TableChange,
  uidOf,
} from './table.ts';
import { Values } from './values.ts';
import type { PythonVersion } from './version.ts';

export interface ProjectFile {
  readonly source: SourceFile;
  readonly notebook: boolean;
  readonly target: PythonVersion;
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

/** What the user does not want to be told. */
export interface Silences {
  /** By a comment on the line of the chunk where the offset stands. */
  onLine(chunk: Chunk, offset: number, code: string): boolean;
  /** By a comment for the whole file, or by the configuration that governs it. */
  inFile(path: string, source: SourceFile, code: string): boolean;
}

export class Facts {
  readonly database = new Database();
  readonly classes = new Classes(this);
  readonly functions = new Functions(this);
  readonly values = new Values(this);
  readonly callers = new Callers(this);
  readonly names = new ProjectNames(this);
  readonly #files = new Map<string, ProjectFile>();
  readonly #tables = new Map<string, ModuleTable>();
  readonly #door: ModuleDoor;
  readonly #folders = new Map<string, ReadonlySet<string>>();
  readonly #sources = new Map<string, readonly string[]>();
  #roots: readonly string[] = [];
  #environments = NO_ENVIRONMENT;
  #silences: Silences = { onLine: () => false, inFile: () => false };
  #wanted = nothingWanted();
  readonly #asked: Folders;

  constructor(door: ModuleDoor) {
    this.#door = door;
    const facts = this;
    this.#asked = {
      entries: (folder) => this.#entries(folder),
      get roots() {
        return facts.ask<readonly string[]>(
          'roots',
          () => facts.#roots,
          (roots) => roots,
          [],
        );
      },
      get environments() {
        return facts.ask<Environments>(
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
    const { table, change } = nextTable(this.#tables.get(path), path, file.source);
    this.#tables.set(path, table);
    this.#tell(path, change, this.names.moved(path, table));
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

  /** Tells, or tells anew, what the user has silenced. */
  setSilences(silences: Silences): void {
    this.#silences = silences;
    this.database.change(['silences']);
  }

  /** Does the user not want to be told of a rule (by its code) at an offset of a chunk? */
  isSilenced(path: string, chunk: Chunk, offset: number, code: string): boolean {
    return this.#silences.onLine(chunk, offset, code) || this.#isFileSilenced(path, code);
  }

  /** What was asked for and is not there: folders to list, modules to read. Each is told once. */
  takeWanted(): Wanted {
    const wanted = this.#wanted;
    this.#wanted = nothingWanted();
    return wanted;
  }

  removeFile(path: string): void {
    this.#files.delete(path);
    const before = this.#tables.get(path);
    this.#tables.delete(path);
    this.#tell(path, changeBetween(before, undefined), []);
  }

  file(path: string): ProjectFile | undefined {
    return this.#files.get(path);
  }

  get tables(): Iterable<readonly [path: string, table: ModuleTable]> {
    return this.#tables;
  }

  /** The module's table: changes with each version of the file, so ask finer questions where possible. */
  table(path: string): ModuleTable | undefined {
    return this.ask<ModuleTable | undefined>(
      `table ${path}`,
      () => this.#tables.get(path),
      (table) => table,
      undefined,
    );
  }

  /** What a module-level name is; undefined when the module does not bind it. */
  global(path: string, name: string): Kind | undefined {
    return this.ask<Kind | undefined>(
      `global ${path} ${name}`,
      () => {
        const bindings = this.globalBindings(path, name);
        if (bindings !== undefined) return this.bindingsKind(path, bindings);
        for (const star of [...this.#stars(path)].reverse()) {
          if (!this.#isStarred(path, star, name)) continue;
          const kind = this.#moduleMember(path, star.module, star.level, name);
          if (kind !== undefined) return kind;
        }
        return undefined;
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  /** The names of a module's `__all__`, when it is plainly a list of them. */
  exports(path: string): ReadonlySet<string> | undefined {
    const [binding, ...others] = this.globalBindings(path, '__all__') ?? [];
    const origin = binding?.item.origin;
    if (origin?.how !== 'assign' || origin.path.length > 0 || others.length > 0) return undefined;
    const { value } = origin;
    if (value.kind !== 'List' && value.kind !== 'Tuple') return undefined;
    const names = value.elts.map((item) => (item.kind === 'Constant' ? item.value : null));
    return names.every((name) => name !== null) ? new Set(names) : undefined;
  }

  /**
   * The chunks of a module that say one of some words (see `wordsOf`), in order: who looks for something in a whole
   * file asks for these, and an edit elsewhere does not touch it.
   */
  saying(path: string, words: Iterable<string>): readonly Chunk[] {
    for (const word of words)
      this.ask<string>(
        `saying ${path} ${word}`,
        () => {
          this.#askCut(path);
          return (this.#tables.get(path)?.saying([word]) ?? []).map(uidOf).join(' ');
        },
        (uids) => uids,
        '',
      );
    return this.#tables.get(path)?.saying(words) ?? [];
  }

  /** The bindings of a module-level name. */
  globalBindings(path: string, name: string): readonly InChunk<Binding>[] | undefined {
    return this.ask<readonly InChunk<Binding>[] | undefined>(
      `bindings ${path} ${name}`,
      () => this.#tables.get(path)?.bindings.get(name),
      (bindings) => bindings && chunkKey(bindings),
      undefined,
    );
  }

  /** Identifier of the function or class that a module, if it exists, gives under the name. */
  exported(path: string, name: string): string | undefined {
    const slash = path.lastIndexOf('/');
    if (!this.#entries(path.slice(0, slash))?.has(path.slice(slash + 1))) return undefined;
    const kind = this.isLoaded(path) ? this.global(path, name) : undefined;
    return kind?.k === 'function' ? kind.fn : kind?.k === 'class' ? kind.cls : undefined;
  }

  builtin(name: string): Kind {
    const entry = knownEntry(`builtins.${name}`);
    return entry === undefined ? UNKNOWN : kindOfEntry(entry, null);
  }

  /** The dotted name that a module-level name stands for, when all its bindings are that same import. */
  globalImport(path: string, name: string): string | undefined {
    return this.ask<string | undefined>(
      `import ${path} ${name}`,
      () => {
        const bindings = this.globalBindings(path, name);
        if (bindings === undefined)
          return stdlibModule('builtins')!.entry(name) && `builtins.${name}`;
        const names = bindings.map(({ item }) => this.importedName(path, item.origin));
        return names.every((other) => other === names[0]) ? names[0] : undefined;
      },
      (value) => value,
      undefined,
    );
  }

  importedName(_path: string, origin: Origin): string | undefined {
    if (origin.how !== 'import' || origin.level > 0) return undefined;
    // `typing.Self` and `typing_extensions.Self` are one.
    return this.canonicalName(
      origin.name === null ? origin.module : `${origin.module}.${origin.name}`,
    );
  }

  /** `asyncio.tasks.sleep` and `asyncio.sleep` are one: the public name. */
  canonicalName(dotted: string): string {
    const entry = knownEntry(dotted);
    return entry === undefined ? dotted : publicName(entry.qualifiedName);
  }

  imported(path: string, module: string, level: number, name: string | null): Kind {
    if (name !== null) return this.#moduleMember(path, module, level, name) ?? UNKNOWN;
    const found = this.#find(module, level, path);
    if (found === undefined) return level === 0 ? { k: 'known', name: module } : UNKNOWN;
    return moduleKind(found);
  }

  /** Where the module is found that a file imports by its full name. */
  find(module: string, from: string): FoundModule | undefined {
    return this.#door.find(module, 0, from, this.#asked);
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
    return this.ask<InChunk<FunctionDef> | undefined>(
      `node ${id}`,
      () => this.#tables.get(path)?.functions.get(qualname),
      (found) => found?.item,
      undefined,
    );
  }

  /** The flags that a function of the project tests. */
  testedFlags(id: string): TestedFlags {
    return this.ask<TestedFlags>(
      `flags ${id}`,
      () => {
        const found = this.functionNode(id);
        return found === undefined ? NO_FLAGS : testedFlags(found.item);
      },
      (flags) => JSON.stringify(flags),
      NO_FLAGS,
    );
  }

  /** Identifiers of the methods of that name in a module, in order; of namesakes in one class the first. */
  methodsNamed(path: string, name: string): readonly string[] {
    return this.ask<readonly string[]>(
      `methods ${path} ${name}`,
      () => {
        const isMethod = (id: string) =>
          id.endsWith(`.${name}`) &&
          this.functionNode(id) !== undefined &&
          this.classRecord(id.slice(0, -name.length - 1)) !== undefined;
        return this.saying(path, [name])
          .flatMap((chunk) =>
            scopesOf(chunk).definitions.map((node) => this.idOf(path, chunk, node) ?? ''),
          )
          .filter(isMethod);
      },
      (ids) => ids.join(' '),
      [],
    );
  }

  /** The class that a project identifier names. */
  classRecord(id: string): ClassRecord | undefined {
    const { path, qualname } = splitProjectId(id);
    return this.ask<ClassRecord | undefined>(
      `record ${id}`,
      () => this.#tables.get(path)?.classes.get(qualname),
      (record) => record?.key,
      undefined,
    );
  }

  /** Reads the chunk that holds what the identifier names. */
  evaluator(id: string, chunk: Chunk): Evaluator {
    return new Evaluator(this, splitProjectId(id).path, chunk);
  }

  /** What bindings of one name make of it, together. */
  bindingsKind(path: string, bindings: readonly InChunk<Binding | SelfAttribute>[]): Kind {
    const proper = bindings.filter(({ item }) => !isDeclarationOnly(item.origin));
    // A protocol has only overloads.
    const read = proper.length > 0 ? proper : bindings.slice(-1);
    return union(
      read.map(({ chunk, item }) =>
        new Evaluator(this, path, chunk).bindingKind({ name: '', ...item } as Binding),
      ),
    );
  }

  /** `module`: a name of the standard library; else the path of a module, or a namespace folder, and `::`. */
  memberOfModule(module: string, name: string): Kind | undefined {
    if (!isProjectId(module)) {
      const entry = knownEntry(`${module}.${name}`);
      if (entry !== undefined) return kindOfEntry(entry, null);
      return isInPackage(module) ? { k: 'known', name: `${module}.${name}` } : undefined;
    }
    const path = module.slice(0, -2);
    if (/\.(?:pyi?|ipynb)$/.test(path)) {
      if (!this.isLoaded(path)) return UNKNOWN;
      const own = this.global(path, name);
      if (own !== undefined) return own;
    }
    const inner = this.#door.inside(path, name, this.#asked);
    return inner && moduleKind(inner);
  }

  /** Is the module's text there? If not, it is wanted. */
  isLoaded(path: string): boolean {
    return this.ask(
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

  /** A query for upper layers that must live in the same web of dependencies. */
  ask<T>(key: string, compute: () => T, fingerprint: (value: T) => unknown, fallback: T): T {
    return this.database.get({ key, compute, fingerprint, fallback });
  }

  /** The Python that the project runs on; the same for all its files as far as kinds go. */
  get target(): PythonVersion {
    return [3, 14];
  }

  /** Tells the database which of its inputs, read from the table, the new version may have changed. */
  #tell(path: string, change: TableChange, more: readonly string[]): void {
    const keys = [`table ${path}`, `loaded ${path}`, ...more];
    for (const name of change.names) keys.push(`bindings ${path} ${name}`);
    for (const qualname of change.definitions) {
      const id = projectId(path, qualname);
      keys.push(`node ${id}`, `record ${id}`);
    }
    for (const chunk of change.chunks) keys.push(`identities ${uidOf(chunk)}`);
    for (const word of change.words) keys.push(`saying ${path} ${word}`);
    if (change.isRecut) keys.push(`cut ${path}`);
    if (change.stars) keys.push(`stars ${path}`);
    this.database.change(keys);
  }

  /** Where the module is cut has its place among the questions: it decides the order of chunks. */
  #askCut(path: string): void {
    this.ask<unknown>(
      `cut ${path}`,
      () => this.#tables.get(path)?.cut,
      (cut) => cut,
      undefined,
    );
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
      ? this.memberOfModule(kind.name, name)
      : kind;
  }

  #find(module: string, level: number, from: string): FoundModule | undefined {
    return this.ask<FoundModule | undefined>(
      `find ${level} ${module} ${from}`,
      () => this.#door.find(module, level, from, this.#asked),
      (found) => found && JSON.stringify(found),
      undefined,
    );
  }

  #isFileSilenced(path: string, code: string): boolean {
    return this.ask(
      `silenced ${path} ${code}`,
      () => {
        const silences = this.ask<Silences>(
          'silences',
          () => this.#silences,
          (told) => told,
          this.#silences,
        );
        const table = this.table(path);
        return table !== undefined && silences.inFile(path, table.source, code);
      },
      (isSilenced) => isSilenced,
      false,
    );
  }

  #entries(folder: string): ReadonlySet<string> | undefined {
    return this.ask<ReadonlySet<string> | undefined>(
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
    return this.ask<readonly string[] | undefined>(
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

  /** Does `from module import *` bring the name, as far as one can tell? */
  #isStarred(path: string, { module, level }: Star, name: string): boolean {
    const found = this.#find(module, level, path);
    const exported = found?.where === 'project' ? this.exports(found.path) : undefined;
    return exported?.has(name) ?? !name.startsWith('_');
  }

  #stars(path: string): readonly Star[] {
    return this.ask<readonly Star[]>(
      `stars ${path}`,
      () => this.#tables.get(path)?.stars ?? [],
      (stars) => JSON.stringify(stars),
      [],
    );
  }

  /** How the module calls what a chunk defines. */
  #identities(path: string, chunk: Chunk): Identities {
    return this.ask<Identities>(
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
}

function nothingWanted(): Wanted {
  return { folders: new Set(), modules: new Set(), projects: new Set() };
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
