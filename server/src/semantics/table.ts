/**
 * What one version of a module defines, put together from its chunks: names at module level, classes with their
 * members, identifiers of definitions. A version that only changes what stands inside some chunks takes over
 * the maps of the one before, where these chunks alone are replaced; what a class holds is gathered when asked for.
 */
import type {
  Chunk,
  ClassDef,
  FunctionDef,
  PlacedChunk,
  SourceFile,
  Stmt,
} from '../syntax/index.ts';
import { type Binding, type Scope, type SelfAttribute, scopesOf } from './scopes.ts';

/** Something with the chunk that holds its nodes. */
export interface InChunk<T> {
  readonly chunk: Chunk;
  readonly item: T;
}

export interface Star {
  readonly module: string;
  readonly level: number;
}

export interface ModuleTable {
  readonly path: string;
  readonly source: SourceFile;
  readonly bindings: ReadonlyMap<string, readonly InChunk<Binding>[]>;
  readonly stars: readonly Star[];
  readonly classes: ReadonlyMap<string, ClassRecord>;
  readonly functions: ReadonlyMap<string, InChunk<FunctionDef>>;
  /** Identifier (qualname, `#n` for the n-th redefinition) of each definition. */
  readonly qualnames: ReadonlyMap<FunctionDef | ClassDef, string>;
  /** Qualname of the class that a member chunk belongs to. */
  readonly owners: ReadonlyMap<Chunk, string>;
  readonly places: ReadonlyMap<Chunk, PlacedChunk>;
  /** The same object in versions that differ in what stands inside chunks only. */
  readonly cut: object;
  /** The chunks that say one of the words (see `wordsOf`), in order. */
  saying(words: Iterable<string>): readonly Chunk[];
  /** Definitions that share a qualname, where there are several. */
  readonly namesakes: ReadonlyMap<string, readonly Namesake[]>;
}

interface Namesake {
  readonly chunk: Chunk;
  readonly qualname: string;
}

class Table implements ModuleTable {
  readonly bindings = new Map<string, InChunk<Binding>[]>();
  readonly stars: Star[] = [];
  readonly classes = new Map<string, ClassRecord>();
  readonly functions = new Map<string, InChunk<FunctionDef>>();
  readonly qualnames = new Map<FunctionDef | ClassDef, string>();
  readonly owners = new Map<Chunk, string>();
  readonly namesakes = new Map<string, Namesake[]>();
  readonly cut: object;
  #places: Map<Chunk, PlacedChunk> | undefined;
  #sayers: Map<string, Chunk[]> | undefined;

  constructor(
    readonly path: string,
    readonly source: SourceFile,
    /** Lends its maps, and is of no use any more. */
    before?: Table,
  ) {
    this.cut = before?.cut ?? {};
    if (before !== undefined) {
      const { bindings, stars, classes, functions, qualnames, owners, namesakes } = before;
      Object.assign(this, { bindings, stars, classes, functions, qualnames, owners, namesakes });
      this.#sayers = before.#sayers;
    }
  }

  get places(): ReadonlyMap<Chunk, PlacedChunk> {
    this.#places ??= new Map(this.source.chunks.map((placed) => [placed.chunk, placed]));
    return this.#places;
  }

  saying(words: Iterable<string>): readonly Chunk[] {
    if (this.#sayers === undefined) {
      this.#sayers = new Map();
      for (const { chunk } of this.source.chunks)
        for (const word of wordsOf(chunk)) add(this.#sayers, word, chunk);
    }
    const found = new Set<Chunk>();
    for (const word of words) for (const chunk of this.#sayers.get(word) ?? []) found.add(chunk);
    const startOf = (chunk: Chunk) => this.places.get(chunk)!.start;
    return [...found].sort((a, b) => startOf(a) - startOf(b));
  }

  /** One chunk takes the place of another; the words that either says. */
  resay(old: Chunk, chunk: Chunk): ReadonlySet<string> {
    const [before, after] = [wordsOf(old), wordsOf(chunk)];
    if (this.#sayers !== undefined) {
      for (const word of before) {
        const sayers = this.#sayers.get(word)!;
        sayers.splice(sayers.indexOf(old), 1);
        if (sayers.length === 0) this.#sayers.delete(word);
      }
      for (const word of after) add(this.#sayers, word, chunk);
    }
    return new Set([...before, ...after]);
  }
}

/** A class and where its members are. */
export class ClassRecord {
  /** Chunks of the members, when the class is cut. */
  readonly members: Chunk[];
  #bindings: Map<string, InChunk<Binding>[]> | undefined;
  #attributes: Map<string, InChunk<SelfAttribute>[]> | undefined;

  constructor(
    readonly qualname: string,
    readonly header: InChunk<ClassDef>,
    members: readonly Chunk[] = [],
  ) {
    this.members = [...members];
  }

  /** Names bound in the class body. */
  get bindings(): ReadonlyMap<string, readonly InChunk<Binding>[]> {
    if (this.#bindings === undefined) {
      this.#bindings = new Map();
      for (const { chunk, scope } of this.#bodies())
        addBindings(scope.bindings, this.#bindings, chunk);
    }
    return this.#bindings;
  }

  /** Attributes bound through `self` in its methods. */
  get attributes(): ReadonlyMap<string, readonly InChunk<SelfAttribute>[]> {
    if (this.#attributes === undefined) {
      this.#attributes = new Map();
      for (const { chunk, scope } of this.#bodies())
        for (const item of scopesOf(chunk).selfAttributes)
          if (classOf(item.scope) === scope) add(this.#attributes, item.attr, { chunk, item });
    }
    return this.#attributes;
  }

  /** The statements of the class body. */
  get statements(): readonly Stmt[] {
    const { item } = this.header;
    return item.cut ? this.members.flatMap((member) => member.body) : item.body;
  }

  /** A text that changes when the class's own chunks do. */
  get key(): string {
    return [this.header.chunk, ...this.members].map(uidOf).join(' ');
  }

  *#bodies(): Generator<{ readonly chunk: Chunk; readonly scope: Scope }> {
    const { chunk, item } = this.header;
    if (!item.cut) yield { chunk, scope: scopesOf(chunk).opened.get(item)! };
    // The header of a class inside a class binds its name there.
    for (const member of this.members) yield { chunk: member, scope: scopesOf(member).root };
  }
}

/**
 * The table of a file's next version, and what may be different in it. The table of the version before is not to
 * be used again.
 */
export function nextTable(
  before: ModuleTable | undefined,
  path: string,
  source: SourceFile,
): { readonly table: ModuleTable; readonly change: TableChange } {
  const replaced = before && replacements(before.source, source);
  if (!(before instanceof Table) || replaced === undefined) {
    const table = tableOf(path, source);
    return { table, change: changeBetween(before, table) };
  }
  const table = new Table(path, source, before);
  const change = new Change();
  for (const [old, chunk] of replaced) replace(table, old, chunk, change);
  change.addNamesakes([table]);
  return { table, change };
}

/**
 * The chunks that others replace, when these define the same names in the same places: then nothing else in the
 * table is different. Undefined when the versions differ otherwise.
 */
function replacements(
  { chunks: before }: SourceFile,
  { chunks: after }: SourceFile,
): readonly (readonly [Chunk, Chunk])[] | undefined {
  if (before.length !== after.length) return undefined;
  const replaced: [Chunk, Chunk][] = [];
  for (let i = 0; i < after.length; i++) {
    const { chunk, parent } = after[i]!;
    const old = before[i]!;
    if (old.chunk === chunk && old.parent === parent) continue;
    if (old.parent !== parent || !isAlike(old.chunk, chunk)) return undefined;
    replaced.push([old.chunk, chunk]);
  }
  // A chunk that another part of the file takes over must not be struck out once it is there.
  const gone = new Set(replaced.map(([old]) => old));
  return replaced.some(([, chunk]) => gone.has(chunk)) ? undefined : replaced;
}

function isAlike(a: Chunk, b: Chunk): boolean {
  if (a.role !== b.role || cutClass(a) !== undefined || cutClass(b) !== undefined) return false;
  const [before, after] = [scopesOf(a), scopesOf(b)];
  const names = before.module.bindings;
  return (
    before.stars.length === 0 &&
    after.stars.length === 0 &&
    before.definitions.length === after.definitions.length &&
    before.definitions.every((node, i) => {
      const other = after.definitions[i]!;
      return (
        (node.kind === 'ClassDef') === (other.kind === 'ClassDef') &&
        before.opened.get(node)!.qualname === after.opened.get(other)!.qualname
      );
    }) &&
    names.size === after.module.bindings.size &&
    [...names].every(([name, items]) => after.module.bindings.get(name)?.length === items.length)
  );
}

function replace(table: Table, old: Chunk, chunk: Chunk, change: Change): void {
  const [before, after] = [scopesOf(old), scopesOf(chunk)];
  change.chunks.add(old).add(chunk);
  for (const word of table.resay(old, chunk)) change.words.add(word);
  const owner = table.owners.get(old);
  if (owner !== undefined) {
    table.owners.delete(old);
    table.owners.set(chunk, owner);
    const record = table.classes.get(owner)!;
    const members = record.members.map((member) => (member === old ? chunk : member));
    table.classes.set(owner, new ClassRecord(owner, record.header, members));
    change.definitions.add(owner);
  }
  for (const [name, items] of after.module.bindings) {
    const known = table.bindings.get(name)!;
    const at = known.findIndex((bound) => bound.chunk === old);
    known.splice(at, items.length, ...items.map((item) => ({ chunk, item })));
    change.names.add(name);
  }
  for (const [i, node] of after.definitions.entries()) {
    const former = before.definitions[i]!;
    const qualname = table.qualnames.get(former)!;
    table.qualnames.delete(former);
    table.qualnames.set(node, qualname);
    if (node.kind === 'ClassDef')
      table.classes.set(qualname, new ClassRecord(qualname, { chunk, item: node }));
    else table.functions.set(qualname, { chunk, item: node });
    const namesakes = table.namesakes.get(qualname.replace(REDEFINITION, ''));
    const own = namesakes?.findIndex((namesake) => namesake.qualname === qualname) ?? -1;
    if (own >= 0) namesakes![own] = { chunk, qualname };
    change.definitions.add(qualname);
  }
}

function tableOf(path: string, source: SourceFile): Table {
  const table = new Table(path, source);
  const { bindings, stars, classes, functions, qualnames, owners, namesakes } = table;

  for (const placed of source.chunks) {
    const { chunk } = placed;
    const scopes = scopesOf(chunk);
    const outer = placed.parent < 0 ? undefined : cutClass(source.chunks[placed.parent]!.chunk);
    const owner = outer && qualnames.get(outer);
    if (owner !== undefined) {
      owners.set(chunk, owner);
      classes.get(owner)?.members.push(chunk);
    }
    const isNestedHeader = owner !== undefined && scopes.root === scopes.module;
    if (!isNestedHeader) addBindings(scopes.module.bindings, bindings, chunk);
    stars.push(...scopes.stars);

    const prefix = owner === undefined ? '' : `${owner}.`;
    for (const node of scopes.definitions) {
      const qualname = prefix + scopes.opened.get(node)!.qualname;
      const first = functions.get(qualname) ?? classes.get(qualname)?.header;
      let unique = qualname;
      if (first !== undefined) {
        const known = namesakes.get(qualname) ?? [{ chunk: first.chunk, qualname }];
        unique = `${qualname}#${known.length}`;
        namesakes.set(qualname, [...known, { chunk, qualname: unique }]);
      }
      qualnames.set(node, unique);
      if (node.kind === 'ClassDef')
        classes.set(unique, new ClassRecord(unique, { chunk, item: node }));
      else functions.set(unique, { chunk, item: node });
    }
  }
  return table;
}

/** What may be different between two versions of a module, for those who asked about it. */
export interface TableChange {
  readonly names: ReadonlySet<string>;
  /** Qualnames of functions and classes. */
  readonly definitions: ReadonlySet<string>;
  /** Chunks that are gone, or whose definitions are called otherwise. */
  readonly chunks: ReadonlySet<Chunk>;
  readonly stars: boolean;
  /** Words that the chunks that were replaced said, or say now. */
  readonly words: ReadonlySet<string>;
  /** Any word may be said by others, or in another order. */
  readonly isRecut: boolean;
}

class Change implements TableChange {
  readonly names = new Set<string>();
  readonly definitions = new Set<string>();
  readonly chunks = new Set<Chunk>();
  readonly words = new Set<string>();
  stars = false;
  isRecut = false;

  /** A redefinition that comes or goes renames its namesakes. */
  addNamesakes(tables: readonly (ModuleTable | undefined)[]): void {
    const bases = new Set(
      [...this.definitions].map((qualname) => qualname.replace(REDEFINITION, '')),
    );
    for (const table of tables)
      for (const base of bases)
        for (const { chunk, qualname } of table?.namesakes.get(base) ?? []) {
          this.chunks.add(chunk);
          this.definitions.add(qualname);
        }
  }
}

/** Compares by chunks: what did not come, go or change owner says what it said. */
export function changeBetween(
  before: ModuleTable | undefined,
  after: ModuleTable | undefined,
): TableChange {
  const change = new Change();
  change.isRecut = true;
  const { names, definitions, chunks } = change;
  for (const [table, other] of [[before, after] as const, [after, before] as const]) {
    for (const { chunk } of table?.source.chunks ?? []) {
      const owner = table!.owners.get(chunk);
      if (other?.places.has(chunk) && other.owners.get(chunk) === owner) continue;
      const scopes = scopesOf(chunk);
      chunks.add(chunk);
      for (const name of scopes.module.bindings.keys()) names.add(name);
      change.stars ||= scopes.stars.length > 0;
      if (owner !== undefined) definitions.add(owner);
      for (const node of scopes.definitions) definitions.add(table!.qualnames.get(node)!);
    }
  }
  change.addNamesakes([before, after]);
  return change;
}

/**
 * What makes a chunk matter to who looks for something in the whole file: names that it reads, defines or imports,
 * attributes that it reads; then `set x` for an attribute that it sets, `import m` for a module, `import` for any.
 */
function wordsOf(chunk: Chunk): ReadonlySet<string> {
  const { nameReads, attributeReads, attributeStores, definitions, imports } = scopesOf(chunk);
  const words = new Set(attributeReads.keys());
  for (const name of nameReads.keys()) words.add(name);
  for (const { name } of definitions) words.add(name);
  for (const attr of attributeStores) words.add(`set ${attr}`);
  for (const { module, name } of imports) {
    words.add('import').add(`import ${module}`);
    if (name !== null) words.add(name);
  }
  return words;
}

const REDEFINITION = /#\d+$/;

/** A text that changes when one of the chunks does, or their number. */
export function chunkKey(items: Iterable<InChunk<unknown>>): string {
  let key = '';
  for (const { chunk } of items) key += `${uidOf(chunk)} `;
  return key;
}

const uids = new WeakMap<Chunk, number>();
let nextUid = 0;

/** A number that no other chunk ever has. */
export function uidOf(chunk: Chunk): number {
  let uid = uids.get(chunk);
  if (uid === undefined) {
    uid = nextUid++;
    uids.set(chunk, uid);
  }
  return uid;
}

function cutClass(chunk: Chunk): ClassDef | undefined {
  return chunk.body.find((node): node is ClassDef => node.kind === 'ClassDef' && node.cut);
}

function addBindings(
  from: ReadonlyMap<string, readonly Binding[]>,
  to: Map<string, InChunk<Binding>[]>,
  chunk: Chunk,
): void {
  for (const [name, items] of from) for (const item of items) add(to, name, { chunk, item });
}

function add<T>(to: Map<string, T[]>, key: string, item: T): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [item]);
  else known.push(item);
}

/** The scope of the class whose method the scope is in. */
function classOf(scope: Scope): Scope {
  let at = scope;
  while (at.kind !== 'class' && at.parent !== null) at = at.parent;
  return at;
}
