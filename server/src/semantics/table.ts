/**
 * What one version of a module defines, put together from its chunks: names at module level, classes with their
 * members, identifiers of definitions. Rebuilt at each version from what each chunk remembers.
 */
import type { Chunk, ClassDef, FunctionDef, Node, PlacedChunk, SourceFile } from '../syntax/index.ts';
import { type Binding, type ChunkScopes, type SelfAttribute, scopesOf } from './scopes.ts';

/** Something with the chunk that holds its nodes. */
export interface InChunk<T> {
  readonly chunk: Chunk;
  readonly item: T;
}

export interface ClassRecord {
  readonly qualname: string;
  readonly header: InChunk<ClassDef>;
  /** Names bound in the class body. */
  readonly bindings: Map<string, InChunk<Binding>[]>;
  /** Attributes bound through `self` in its methods. */
  readonly attributes: Map<string, InChunk<SelfAttribute>[]>;
}

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
  /** The chunk that holds each top statement. */
  readonly roots: ReadonlyMap<Node, PlacedChunk>;
}

export function tableOf(path: string, source: SourceFile): ModuleTable {
  const bindings = new Map<string, InChunk<Binding>[]>();
  const stars: Star[] = [];
  const classes = new Map<string, ClassRecord>();
  const functions = new Map<string, InChunk<FunctionDef>>();
  const qualnames = new Map<FunctionDef | ClassDef, string>();
  const owners = new Map<Chunk, string>();
  const roots = new Map<Node, PlacedChunk>();
  const counts = new Map<string, number>();

  const named = (node: FunctionDef | ClassDef, qualname: string): string => {
    const count = counts.get(qualname) ?? 0;
    counts.set(qualname, count + 1);
    const unique = count === 0 ? qualname : `${qualname}#${count}`;
    qualnames.set(node, unique);
    return unique;
  };

  for (const placed of source.chunks) {
    const { chunk } = placed;
    for (const statement of chunk.body) roots.set(statement, placed);
    const scopes = scopesOf(chunk);
    const ownerNode = placed.parent < 0 ? undefined : cutClass(source.chunks[placed.parent]!.chunk);
    const owner = ownerNode === undefined ? undefined : qualnames.get(ownerNode);
    const ownerRecord = owner === undefined ? undefined : classes.get(owner);
    if (owner !== undefined) owners.set(chunk, owner);

    // The header of a class inside a class binds its name there, not in the module.
    const nestedHeader = chunk.role === 'class' && ownerRecord !== undefined;
    addBindings(scopes.module.bindings, nestedHeader ? ownerRecord.bindings : bindings, chunk);
    if (ownerRecord !== undefined && scopes.root !== scopes.module)
      addBindings(scopes.root.bindings, ownerRecord.bindings, chunk);
    stars.push(...scopes.stars);

    const prefix = owner === undefined ? '' : `${owner}.`;
    for (const node of scopes.definitions) {
      const qualname = named(node, prefix + scopes.opened.get(node)!.qualname);
      if (node.kind === 'ClassDef') {
        const record: ClassRecord = {
          qualname,
          header: { chunk, item: node },
          bindings: new Map(),
          attributes: new Map(),
        };
        classes.set(qualname, record);
        if (!node.cut) addBindings(scopes.opened.get(node)!.bindings, record.bindings, chunk);
      } else functions.set(qualname, { chunk, item: node });
    }
    addSelfAttributes(scopes, chunk, ownerRecord, (node) => classes.get(qualnames.get(node)!));
  }
  return { path, source, bindings, stars, classes, functions, qualnames, owners, roots };
}

function cutClass(chunk: Chunk): ClassDef | undefined {
  return chunk.body.find((node): node is ClassDef => node.kind === 'ClassDef' && node.cut);
}

function addBindings(
  from: ReadonlyMap<string, readonly Binding[]>,
  to: Map<string, InChunk<Binding>[]>,
  chunk: Chunk,
): void {
  for (const [name, added] of from) {
    const known = to.get(name) ?? [];
    for (const item of added) known.push({ chunk, item });
    to.set(name, known);
  }
}

function addSelfAttributes(
  scopes: ChunkScopes,
  chunk: Chunk,
  owner: ClassRecord | undefined,
  recordOf: (node: ClassDef) => ClassRecord | undefined,
): void {
  for (const attribute of scopes.selfAttributes) {
    let scope = attribute.scope;
    while (scope.kind !== 'class' && scope.parent !== null) scope = scope.parent;
    const record = scope.node?.kind === 'ClassDef' ? recordOf(scope.node) : owner;
    if (record === undefined) continue;
    const known = record.attributes.get(attribute.attr) ?? [];
    known.push({ chunk, item: attribute });
    record.attributes.set(attribute.attr, known);
  }
}
