import { publicName } from '../knowledge/public-names.ts';
import {
  ancestors,
  type Call,
  type Chunk,
  type ClassDef,
  type Expr,
  type FunctionDef,
  type Lambda,
  type Name,
  type Node,
  type PlacedChunk,
} from '../syntax/index.ts';
import { Evaluator, flowOf, isFunctionNode, runsInside } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { type Flow, truth } from './flow.ts';
import type { Semantics, Surroundings } from './index.ts';
import { isProjectId, type Kind, splitProjectId } from './kinds.ts';
import { NO_STEP, type Question, type Reached, type Step, searchFrom, stepOf } from './reach.ts';
import { type Scope, scopeHolding, scopesOf } from './scopes.ts';
import { type ModuleTable, uidOf } from './table.ts';
import type { PythonVersion } from './version.ts';

/** Meaning as seen from one chunk. What it asks outside is recorded by the running query. */
export class ChunkSemantics implements Semantics {
  readonly path: string;
  readonly notebook: boolean;
  readonly target: PythonVersion;
  readonly #evaluator: Evaluator;
  readonly #reads = new Map<Scope, Map<string, Name[]>>();

  constructor(
    readonly facts: Facts,
    file: { readonly path: string; readonly notebook: boolean; readonly target: PythonVersion },
    readonly chunk: Chunk,
  ) {
    this.path = file.path;
    this.notebook = file.notebook;
    this.target = file.target;
    this.#evaluator = new Evaluator(facts, file.path, chunk);
  }

  kindOf(expr: Expr): Kind {
    return this.#evaluator.kindOf(expr);
  }

  called(kind: Kind): Kind {
    return this.facts.values.called(kind);
  }

  awaited(kind: Kind): Kind {
    return this.facts.values.awaited(kind);
  }

  member(receiver: Kind, name: string): Kind | undefined {
    return this.facts.values.member(receiver, name);
  }

  derives(cls: string, standardClass: string): boolean {
    return this.facts.classes.derives(cls, standardClass);
  }

  resolve(expr: Expr): string | undefined {
    const kind = this.kindOf(expr);
    switch (kind.k) {
      case 'function':
        return isProjectId(kind.fn) ? kind.fn : publicName(kind.fn);
      case 'class':
        return isProjectId(kind.cls) ? kind.cls : publicName(kind.cls);
      case 'module':
      case 'known':
        return kind.name;
      default:
        return this.#evaluator.qualifiedName(expr);
    }
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
    return this.#inOtherChunks(`reads ${name}`, (other) => scopesOf(other).nameReads.has(name));
  }

  isAttributeReadAnywhere(attr: string): boolean {
    return (
      scopesOf(this.chunk).attributeReads.has(attr) ||
      this.#inOtherChunks(`attribute ${attr}`, (other) => scopesOf(other).attributeReads.has(attr))
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

  reach(id: string, question: Question): Reached | undefined {
    return this.facts.ask<Reached | undefined>(
      `reach ${question.key} ${id}`,
      () => searchFrom(id, (at) => this.#step(at, question)),
      (reached) => reached && JSON.stringify(reached),
      undefined,
    );
  }

  fileImports(module: string): boolean {
    return (
      importsModule(this.chunk, module) ||
      this.#inOtherChunks(`imports ${module}`, (other) => importsModule(other, module))
    );
  }

  callers(id: string): readonly string[] {
    return this.facts.callers.of(id);
  }

  isLoopCallback(id: string): boolean {
    return this.facts.callers.isLoopCallback(id);
  }

  flow(fn: FunctionDef): Flow | undefined {
    return flowOf(fn);
  }

  isAlive(node: Node): boolean {
    let child = node;
    for (const parent of ancestors(node)) {
      if (parent.kind === 'If') {
        const value = truth(parent.test);
        if (value === false && parent.body.includes(child as never)) return false;
        if (value === true && parent.orelse.includes(child as never)) return false;
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

  text(node: Node): string {
    return this.chunk.text.slice(node.start, node.end);
  }

  #step(id: string, question: Question): Step {
    return this.facts.ask<Step>(
      `step ${question.key} ${id}`,
      () => this.#within(id, (fn, inside) => stepOf(fn, inside, question)) ?? NO_STEP,
      (step) => JSON.stringify(step),
      NO_STEP,
    );
  }

  /** What is worked out of a function of the project, where it is defined; undefined when it is not found. */
  #within<T>(id: string, decide: (fn: FunctionDef, inside: Semantics) => T): T | undefined {
    const found = this.facts.functionNode(id);
    if (found === undefined) return undefined;
    const { path } = splitProjectId(id);
    const file = { path, notebook: false, target: this.target };
    return decide(found.item, new ChunkSemantics(this.facts, file, found.chunk));
  }

  #inOtherChunks(key: string, has: (chunk: Chunk) => boolean): boolean {
    return this.facts.ask(
      `elsewhere ${uidOf(this.chunk)} ${key}`,
      () =>
        this.facts
          .table(this.path)!
          .source.chunks.some(({ chunk }) => chunk !== this.chunk && has(chunk)),
      (found) => found,
      true,
    );
  }
}

/** Is the module, or something of it, imported anywhere in the chunk? */
function importsModule(chunk: Chunk, module: string): boolean {
  const { root, module: top, opened } = scopesOf(chunk);
  return [root, top, ...opened.values()].some(({ bindings }) =>
    [...bindings.values()]
      .flat()
      .some(({ origin }) => origin.how === 'import' && origin.module === module),
  );
}

/** Meaning over a whole file, for fixes and hovers: outside any query, so any chunk may be looked at. */
export class FileSemantics {
  readonly table: ModuleTable;
  /** The chunk that holds each top statement. */
  readonly #roots = new Map<Node, PlacedChunk>();
  readonly #byChunk = new Map<Chunk, ChunkSemantics>();

  constructor(
    readonly facts: Facts,
    readonly path: string,
  ) {
    this.table = facts.table(path)!;
    for (const placed of this.table.source.chunks)
      for (const statement of placed.chunk.body) this.#roots.set(statement, placed);
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
