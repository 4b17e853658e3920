/**
 * What one version of a module defines, put together from its chunks: names at module level, classes with their
 * members, identifiers of definitions. Made anew at each version, so it does as little as it can: what a
 * class holds is gathered when asked for.
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
  /** Definitions that share a qualname, where there are several. */
  readonly namesakes: ReadonlyMap<
    string,
    readonly { readonly chunk: Chunk; readonly qualname: string }[]
  >;
}

/** A class and where its members are. */
export class ClassRecord {
  /** Chunks of the members, when the class is cut. */
  readonly members: Chunk[] = [];
  #bindings: Map<string, InChunk<Binding>[]> | undefined;
  #attributes: Map<string, InChunk<SelfAttribute>[]> | undefined;

  constructor(
    readonly qualname: string,
    readonly header: InChunk<ClassDef>,
  ) {}

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

export function tableOf(path: string, source: SourceFile): ModuleTable {
  const bindings = new Map<string, InChunk<Binding>[]>();
  const stars: Star[] = [];
  const classes = new Map<string, ClassRecord>();
  const functions = new Map<string, InChunk<FunctionDef>>();
  const qualnames = new Map<FunctionDef | ClassDef, string>();
  const owners = new Map<Chunk, string>();
  const places = new Map<Chunk, PlacedChunk>();
  const namesakes = new Map<string, { chunk: Chunk; qualname: string }[]>();

  for (const placed of source.chunks) {
    const { chunk } = placed;
    places.set(chunk, placed);
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
  return {
    path,
    source,
    bindings,
    stars,
    classes,
    functions,
    qualnames,
    owners,
    places,
    namesakes,
  };
}

/** What may be different between two versions of a module, for those who asked about it. */
export interface TableChange {
  readonly names: ReadonlySet<string>;
  /** Qualnames of functions and classes. */
  readonly definitions: ReadonlySet<string>;
  /** Chunks that are gone, or whose definitions are called otherwise. */
  readonly chunks: ReadonlySet<Chunk>;
  readonly stars: boolean;
}

/** Compares by chunks: what did not come, go or change owner says what it said. */
export function changeBetween(
  before: ModuleTable | undefined,
  after: ModuleTable | undefined,
): TableChange {
  const names = new Set<string>();
  const definitions = new Set<string>();
  const chunks = new Set<Chunk>();
  let stars = false;
  for (const [table, other] of [[before, after] as const, [after, before] as const]) {
    for (const { chunk } of table?.source.chunks ?? []) {
      const owner = table!.owners.get(chunk);
      if (other?.places.has(chunk) && other.owners.get(chunk) === owner) continue;
      const scopes = scopesOf(chunk);
      chunks.add(chunk);
      for (const name of scopes.module.bindings.keys()) names.add(name);
      stars ||= scopes.stars.length > 0;
      if (owner !== undefined) definitions.add(owner);
      for (const node of scopes.definitions) definitions.add(table!.qualnames.get(node)!);
    }
  }
  // A redefinition that comes or goes renames its namesakes.
  const bases = new Set([...definitions].map((qualname) => qualname.replace(REDEFINITION, '')));
  for (const table of [before, after])
    for (const base of bases)
      for (const { chunk, qualname } of table?.namesakes.get(base) ?? []) {
        chunks.add(chunk);
        definitions.add(qualname);
      }
  return { names, definitions, chunks, stars };
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
