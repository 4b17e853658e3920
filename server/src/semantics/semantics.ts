import { publicName } from '../knowledge/public-names.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type Chunk,
  type ClassDef,
  type Expr,
  type FunctionDef,
  holds,
  type Lambda,
  lineAt,
  type Name,
  type Node,
  type PlacedChunk,
  type SourceFile,
  type Span,
} from '../syntax/index.ts';
import { type Declared, declaredFor } from './declared.ts';
import { Evaluator, flowOf, isFunctionNode, runsInside } from './evaluator.ts';
import type { Facts } from './facts.ts';
import type { TestedFlags } from './flags.ts';
import { type Flow, truth } from './flow.ts';
import type { Semantics, Surroundings } from './index.ts';
import { installedName } from './installed.ts';
import { isProjectId, type Kind, settled, shortName, splitProjectId } from './kinds.ts';
import { isPresumedCoroutine } from './presumption.ts';
import {
  type Entrance,
  flagsOf,
  functionOf,
  NO_STEP,
  type Question,
  type Reached,
  runsWhenCalled,
  type Step,
  searchFrom,
  siteOf,
  stepOf,
} from './reach.ts';
import { RUNNING_NAMES, type Run, runsIn } from './runs.ts';
import { type Binding, type Scope, scopeHolding, scopesOf } from './scopes.ts';
import { type ModuleTable, uidOf } from './table.ts';
import {
  CALLS,
  type Entry,
  entriesIn,
  HANDING_NAMES,
  type InThread,
  OWN_LOOP,
  runInThreads,
  type Use,
  usesIn,
} from './threads.ts';
import { type PythonVersion, versionTruth } from './version.ts';

/** Meaning as seen from one chunk. What it asks outside is recorded by the running query. */
export class ChunkSemantics implements Semantics {
  readonly path: string;
  readonly notebook: boolean;
  readonly target: PythonVersion;
  readonly #evaluator: Evaluator;
  #presuming: ChunkSemantics | undefined;
  /** Null: it has no name. */
  readonly #resolved = new Map<Expr, string | null>();
  readonly #reads = new Map<Scope, Map<string, Name[]>>();

  constructor(
    readonly facts: Facts,
    file: { readonly path: string; readonly notebook: boolean; readonly target: PythonVersion },
    readonly chunk: Chunk,
    presumes?: typeof isPresumedCoroutine,
  ) {
    this.path = file.path;
    this.notebook = file.notebook;
    this.target = file.target;
    this.#evaluator = new Evaluator(facts, file.path, chunk, presumes);
  }

  get presuming(): Semantics {
    this.#presuming ??= new ChunkSemantics(this.facts, this, this.chunk, isPresumedCoroutine);
    return this.#presuming;
  }

  methodOfProject(name: string): string | undefined {
    return this.facts.names.method(this.path, name);
  }

  kindOf(expr: Expr): Kind {
    return settled(this.#evaluator.kindOf(expr));
  }

  kindOfBinding(binding: Binding): Kind {
    return this.#evaluator.bindingKind(binding);
  }

  called(kind: Kind): Kind {
    return settled(this.facts.values.called(kind));
  }

  awaited(kind: Kind): Kind {
    return settled(this.facts.values.awaited(kind));
  }

  member(receiver: Kind, name: string): Kind | undefined {
    const member = this.facts.values.member(receiver, name);
    return member && settled(member);
  }

  misplaced(place: Expr, coroutine: Expr = place): Declared | null {
    const declared = declaredFor(place, this.#evaluator);
    if (declared === null) return null;
    return this.facts.values.refuses(declared.kind, this.#evaluator.kindOf(coroutine))
      ? { ...declared, kind: settled(declared.kind) }
      : null;
  }

  property(attribute: Attribute): string | undefined {
    return this.facts.classes.property(this.kindOf(attribute.value), attribute.attr);
  }

  derives(cls: string, publicClass: string): boolean {
    return this.facts.classes.derives(cls, publicClass);
  }

  resolve(expr: Expr): string | undefined {
    let name = this.#resolved.get(expr);
    if (name === undefined) {
      name = this.#resolve(expr) ?? null;
      this.#resolved.set(expr, name);
    }
    return name ?? undefined;
  }

  #resolve(expr: Expr): string | undefined {
    const kind = this.kindOf(expr);
    switch (kind.k) {
      case 'function':
        return this.publicName(kind.fn);
      case 'class':
        return this.publicName(kind.cls);
      case 'module':
      case 'known':
        return kind.name;
      default:
        return this.#evaluator.qualifiedName(expr);
    }
  }

  testedFlags(id: string): TestedFlags {
    return this.facts.testedFlags(id);
  }

  publicName(id: string): string {
    return isProjectId(id) ? (installedName(id, this.facts) ?? id) : publicName(id);
  }

  callee(call: Call): string | undefined {
    return this.resolve(call.func);
  }

  surroundings(node: Node): Surroundings {
    let child = node;
    for (const parent of ancestors(node)) {
      if (isFunctionNode(parent) && runsInside(parent, child)) {
        if (parent.kind === 'Lambda') return 'lambda';
        return parent.kind === 'AsyncFunctionDef' ? 'coroutine' : 'function';
      }
      if (parent.kind === 'ClassDef' && runsInside(parent, child)) return 'class';
      child = parent;
    }
    if (this.chunk.role === 'member') return 'class';
    return this.notebook ? 'notebook' : 'module';
  }

  functionAround(node: Node): FunctionDef | Lambda | null {
    return this.#evaluator.functionAround(node);
  }

  classAround(node: Node): string | undefined {
    return this.#evaluator.classAround(node);
  }

  idOf(node: FunctionDef | ClassDef): string | undefined {
    return this.facts.idOf(this.path, this.chunk, node);
  }

  scopeAround(node: Node): Scope {
    return this.#evaluator.scopeAround(node);
  }

  reaching(name: Name) {
    return this.#evaluator.reaching(name);
  }

  reads(name: string, scope: Scope): readonly Name[] {
    let byName = this.#reads.get(scope);
    if (byName === undefined) {
      byName = new Map();
      this.#reads.set(scope, byName);
    }
    let reads = byName.get(name);
    if (reads === undefined) {
      const { nameReads, nameScopes } = scopesOf(this.chunk);
      reads = (nameReads.get(name) ?? []).filter(
        (read) => scopeHolding(name, nameScopes.get(read)!) === scope,
      );
      byName.set(name, reads);
    }
    return reads;
  }

  isNameReadElsewhere(name: string): boolean {
    return this.#inOtherChunks(name, 'reads', (other) => scopesOf(other).nameReads.has(name));
  }

  isNameGivenElsewhere(name: string): boolean {
    return this.isNameUsedElsewhere(name, 'gives', ({ parent }) => parent?.kind !== 'Attribute');
  }

  isNameUsedElsewhere(name: string, key: string, is: (use: Name) => boolean): boolean {
    return this.#inOtherChunks(
      name,
      key,
      (other) => scopesOf(other).nameReads.get(name)?.some(is) ?? false,
    );
  }

  isAttributeUsedElsewhere(attr: string, key: string, is: (use: Attribute) => boolean): boolean {
    return this.#inOtherChunks(
      attr,
      `.${key}`,
      (other) => scopesOf(other).attributeReads.get(attr)?.some(is) ?? false,
    );
  }

  isAttributeReadAnywhere(attr: string): boolean {
    return (
      scopesOf(this.chunk).attributeReads.has(attr) ||
      this.#inOtherChunks(attr, 'gets', (other) => scopesOf(other).attributeReads.has(attr))
    );
  }

  isAttributeSetAnywhere(attr: string): boolean {
    return (
      scopesOf(this.chunk).attributeStores.has(attr) ||
      this.#inOtherChunks(`set ${attr}`, 'sets', (other) =>
        scopesOf(other).attributeStores.has(attr),
      )
    );
  }

  summary(
    id: string,
    key: string,
    decide: (fn: FunctionDef, inside: Semantics) => boolean,
  ): boolean {
    return this.facts.ask(
      `summary ${key} ${id}`,
      () => this.#within(id, decide) ?? false,
      (answer) => answer,
      false,
    );
  }

  reach(entry: Entrance, question: Question): Reached | undefined {
    return this.facts.ask<Reached | undefined>(
      `reach ${question.key} ${entry}`,
      () => searchFrom(entry, (at) => this.#step(at, question)),
      (reached) => reached && JSON.stringify(reached),
      undefined,
    );
  }

  site(id: string, question: Question, to: string): Span | undefined {
    return this.facts.ask<Span | undefined>(
      `site ${question.key} ${id} ${to}`,
      () => {
        const node = this.#within(id, (fn, inside) => siteOf(fn, inside, question, to));
        return node && { start: node.start, end: node.end };
      },
      (span) => span && `${span.start} ${span.end}`,
      undefined,
    );
  }

  fileImports(module: string): boolean {
    return this.facts.ask<boolean>(
      `imports ${this.path} ${module}`,
      () => this.facts.saying(this.path, [`import ${module}`]).length > 0,
      (isImported) => isImported,
      false,
    );
  }

  callers(id: string): readonly string[] {
    return this.facts.callers.of(id);
  }

  isLoopCallback(id: string): boolean {
    return this.facts.callers.isLoopCallback(id);
  }

  inThread(id: string): InThread | undefined {
    return this.facts.ask<InThread | undefined>(
      `thread ${id}`,
      () => this.#inThreads(splitProjectId(id).path).get(id),
      (way) => way && JSON.stringify(way),
      undefined,
    );
  }

  runs(): readonly Run[] {
    return this.facts.ask<readonly Run[]>(
      `runs ${this.path}`,
      () => this.#inChunksNaming(this.path, RUNNING_NAMES, 'runs in', runsIn),
      (found) => JSON.stringify(found),
      [],
    );
  }

  isSilenced(node: Node, code: string): boolean {
    return this.facts.isSilenced(this.path, this.chunk, node.start, code);
  }

  flow(fn: FunctionDef): Flow | undefined {
    return flowOf(fn);
  }

  isAlive(node: Node): boolean {
    let child = node;
    for (const parent of ancestors(node)) {
      if (parent.kind === 'If') {
        const value = truth(parent.test) ?? versionTruth(parent.test, this.target);
        if (value === false && holds(parent.body, child)) return false;
        if (value === true && holds(parent.orelse, child)) return false;
      }
      if (
        (parent.kind === 'FunctionDef' || parent.kind === 'AsyncFunctionDef') &&
        runsInside(parent, child)
      ) {
        const flow = flowOf(parent);
        const point = flow?.pointOf(node);
        if (flow !== undefined && point !== undefined && !flow.isReachable(point)) return false;
        if (parent.decorator_list.some((d) => this.resolve(d) === 'typing.overload')) return false;
      }
      child = parent;
    }
    return true;
  }

  cell(): readonly Semantics[] {
    if (!this.notebook) return [this];
    const chunks = this.facts.ask<readonly Chunk[]>(
      `cell of ${uidOf(this.chunk)}`,
      () => inCellOf(this.chunk, this.facts.table(this.path)!.source),
      (found) => found.map(uidOf).join(),
      [],
    );
    return chunks.map((chunk) =>
      chunk === this.chunk ? this : new ChunkSemantics(this.facts, this, chunk),
    );
  }

  text(node: Node): string {
    return this.chunk.text.slice(node.start, node.end);
  }

  #step(entry: Entrance, question: Question): Step {
    const flags = flagsOf(entry);
    return this.facts.ask<Step>(
      `step ${question.key} ${entry}`,
      () =>
        this.#within(functionOf(entry), (fn, inside) => stepOf(fn, inside, question, flags)) ??
        NO_STEP,
      (step) => JSON.stringify(step),
      NO_STEP,
    );
  }

  /** What is worked out of a function of the project, where it is defined; undefined when it is not found. */
  #within<T>(id: string, decide: (fn: FunctionDef, inside: Semantics) => T): T | undefined {
    const found = this.facts.functionNode(id);
    if (found === undefined) return undefined;
    return decide(found.item, this.#at(splitProjectId(id).path, found.chunk));
  }

  #inThreads(path: string): ReadonlyMap<string, InThread> {
    return this.facts.ask<ReadonlyMap<string, InThread>>(
      `threads ${path}`,
      () => {
        const isHere = (id: string) => splitProjectId(id).path === path;
        // A thread with a loop of its own does there as any loop's thread does.
        const entries = this.#threadEntries(path).filter(
          ({ id }) =>
            isHere(id) && runsWhenCalled(id, this) && this.reach(id, OWN_LOOP) === undefined,
        );
        return runInThreads(
          entries,
          (id) => this.#step(id, CALLS).next.map(functionOf).filter(isHere),
          (id) => this.#uses(id),
        );
      },
      (ways) => JSON.stringify([...ways]),
      new Map(),
    );
  }

  /** The functions that a file hands to threads, and the `run()` of its own kinds of threads. */
  #threadEntries(path: string): readonly Entry[] {
    const by = 'threading.Thread';
    const own = this.facts
      .methodsNamed(path, 'run')
      .filter((id) => this.derives(id.slice(0, -'.run'.length), by))
      .map((id): Entry => ({ id, by, from: null, given: [] }));
    const handed = this.#inChunksNaming(path, HANDING_NAMES, 'handed to threads in', entriesIn);
    return [...handed, ...own];
  }

  /** What is found in the chunks that speak of one of the names, under it or another; asked chunk by chunk. */
  #inChunksNaming<T>(
    path: string,
    names: ReadonlySet<string>,
    key: string,
    find: (body: readonly Node[], semantics: Semantics) => readonly T[],
  ): readonly T[] {
    const written = new Set(names);
    for (const chunk of this.facts.saying(path, names))
      for (const [bound, bindings] of scopesOf(chunk).module.bindings)
        for (const { origin } of bindings)
          if (origin.how === 'import' && names.has(origin.name ?? '')) written.add(bound);
    return this.facts.saying(path, written).flatMap((chunk) =>
      mentions(chunk, written)
        ? this.facts.ask<readonly T[]>(
            `${key} ${uidOf(chunk)}`,
            () => find(chunk.body, this.#at(path, chunk)),
            (found) => JSON.stringify(found),
            [],
          )
        : [],
    );
  }

  #uses(id: string): readonly Use[] {
    const { path } = splitProjectId(id);
    const name = shortName(id);
    return this.facts.saying(path, [name]).flatMap((chunk) =>
      mentions(chunk, [name])
        ? this.facts.ask<readonly Use[]>(
            `uses of ${id} in ${uidOf(chunk)}`,
            () => usesIn(chunk.body, id, name, this.#at(path, chunk)),
            (uses) => JSON.stringify(uses),
            [],
          )
        : [],
    );
  }

  #at(path: string, chunk: Chunk): ChunkSemantics {
    return new ChunkSemantics(this.facts, { path, notebook: false, target: this.target }, chunk);
  }

  #inOtherChunks(word: string, key: string, has: (chunk: Chunk) => boolean): boolean {
    // Counted once for the file, whoever asks: each chunk asks the same of all the others.
    const count = this.facts.ask<number>(
      `chunks of ${this.path} ${key} ${word}`,
      () => this.facts.saying(this.path, [word]).filter(has).length,
      (found) => found,
      Number.POSITIVE_INFINITY,
    );
    return count > (has(this.chunk) ? 1 : 0);
  }
}

function inCellOf(chunk: Chunk, { chunks, cells = [] }: SourceFile): readonly Chunk[] {
  const own = lineAt(cells, chunks.find((placed) => placed.chunk === chunk)!.start);
  return chunks.filter(({ start }) => lineAt(cells, start) === own).map((placed) => placed.chunk);
}

function mentions(chunk: Chunk, names: Iterable<string>): boolean {
  const { nameReads, attributeReads } = scopesOf(chunk);
  for (const name of names) if (nameReads.has(name) || attributeReads.has(name)) return true;
  return false;
}

/** Meaning over a whole file, for fixes and hovers: outside any query, so any chunk may be looked at. */
export class FileSemantics {
  readonly table: ModuleTable;
  /** The chunk that holds each top statement. */
  readonly #roots: ReadonlyMap<Node, PlacedChunk>;
  readonly #byChunk = new Map<Chunk, ChunkSemantics>();

  constructor(
    readonly facts: Facts,
    readonly path: string,
  ) {
    this.table = facts.table(path)!;
    this.#roots = rootsOf(this.table.source);
  }

  get text(): string {
    return this.table.source.text;
  }

  of(chunk: Chunk): ChunkSemantics {
    let semantics = this.#byChunk.get(chunk);
    if (semantics === undefined) {
      const { notebook, target } = this.facts.file(this.path)!;
      semantics = new ChunkSemantics(this.facts, { path: this.path, notebook, target }, chunk);
      this.#byChunk.set(chunk, semantics);
    }
    return semantics;
  }

  /** The chunk, at its place, that holds the node. */
  placeOf(node: Node): PlacedChunk {
    let top = node;
    while (top.parent !== null) top = top.parent;
    return this.#roots.get(top)!;
  }

  at(node: Node): ChunkSemantics {
    return this.of(this.placeOf(node).chunk);
  }

  /** Offset in the file of a node's start. */
  start(node: Node): number {
    return this.placeOf(node).start + node.start;
  }

  end(node: Node): number {
    return this.placeOf(node).start + node.end;
  }

  chunkAt(offset: number): PlacedChunk | undefined {
    const { chunks } = this.table.source;
    let low = 0;
    let high = chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (chunks[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    return chunks[low];
  }
}

/** Read once a version of the file: each of its findings asks for its own fixes. */
const rootsBySource = new WeakMap<SourceFile, ReadonlyMap<Node, PlacedChunk>>();

function rootsOf(source: SourceFile): ReadonlyMap<Node, PlacedChunk> {
  let roots = rootsBySource.get(source);
  if (roots === undefined) {
    const all = source.chunks.flatMap((placed) =>
      placed.chunk.body.map((statement) => [statement, placed] as const),
    );
    rootsBySource.set(source, (roots = new Map(all)));
  }
  return roots;
}
