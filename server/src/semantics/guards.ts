/**
 * What tests and assignments tell of a variable, or of an attribute, in the code that they stand guard over:
 * `if isinstance(x, A):` over its body, `assert self.c` over what follows it in its block.
 */
import {
  ancestors,
  type Chunk,
  type Expr,
  type Match,
  type Node,
  type Pattern,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import type { Path } from './scopes.ts';

export type Guard = { readonly from: number; readonly to: number; readonly frame: Node | null } & (
  | { readonly how: 'test'; readonly test: Expr; readonly holds: boolean }
  | { readonly how: 'assign'; readonly value: Expr; readonly path: Path }
  | { readonly how: 'pattern'; readonly pattern: Pattern }
);

/** What a use of a name, or of a dotted path of names, is guarded by, in source order. */
export function guardsOn(chunk: Chunk, reference: string, use: Node): readonly Guard[] {
  const { guards, writes } = surveyOf(chunk);
  const guarding = guards.get(reference);
  if (guarding === undefined) return [];
  const written = prefixesOf(reference).flatMap((prefix) => {
    const offsets = writes.get(prefix);
    return offsets === undefined ? [] : [offsets];
  });
  const lastWrite = Math.max(
    -1,
    ...written.map((offsets) => offsets[countBelow(use.start, offsets, itself) - 1] ?? -1),
  );
  const frame = frameOf(use);
  const found: Guard[] = [];
  // What is bound anew since a guard ends it, and those further up.
  for (
    let at = guarding[countBelow(use.start + 1, guarding, ({ guard }) => guard.from) - 1];
    at !== undefined && at.guard.from > lastWrite;
    at = at.outer
  ) {
    const { guard } = at;
    if (use.end <= guard.to && guard.frame === frame && !isReboundInLoop(written, guard, use))
      found.push(guard);
  }
  return found.reverse();
}

/** In a loop that began under the guard, what stands further down has run too. */
function isReboundInLoop(writes: readonly (readonly number[])[], guard: Guard, use: Node): boolean {
  let end = use.end;
  for (const around of ancestors(use)) {
    if (around.start < guard.from) break;
    if (LOOPS.has(around.kind)) end = around.end;
  }
  return writes.some((offsets) => (offsets[countBelow(use.end, offsets, itself)] ?? end) < end);
}

/** `a.b.c` as it is written; null for anything else than names and attributes. */
export function referenceOf(expr: Expr): string | null {
  if (expr.kind === 'Name') return expr.id;
  if (expr.kind === 'NamedExpr') return expr.target.id;
  if (expr.kind !== 'Attribute') return null;
  const value = referenceOf(expr.value);
  return value === null ? null : `${value}.${expr.attr}`;
}

/** The function, lambda or class whose code the node is. */
function frameOf(node: Node): Node | null {
  let at = node.parent;
  while (at !== null && !FRAMES.has(at.kind)) at = at.parent;
  return at;
}

const FRAMES: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

const LOOPS: ReadonlySet<string> = new Set(['For', 'AsyncFor', 'While']);

/** Regions of code lie apart or one in another. */
interface Guarding {
  readonly guard: Guard;
  /** What guards the same reference around the whole of this region. */
  readonly outer: Guarding | undefined;
}

interface Survey {
  readonly guards: ReadonlyMap<string, readonly Guarding[]>;
  /** Offsets at which each reference is bound, in order. */
  readonly writes: ReadonlyMap<string, readonly number[]>;
}

const surveys = new WeakMap<Chunk, Survey>();

function surveyOf(chunk: Chunk): Survey {
  let survey = surveys.get(chunk);
  if (survey === undefined) {
    survey = new Surveyor().survey(chunk);
    surveys.set(chunk, survey);
  }
  return survey;
}

interface Region {
  readonly from: number;
  readonly to: number;
  readonly frame: Node | null;
}

class Surveyor {
  readonly #guards = new Map<string, Guard[]>();
  readonly #offsets = new Map<string, number[]>();

  survey(chunk: Chunk): Survey {
    this.#block(chunk.body, null);
    walk(chunk.body, (node) => this.#enter(node));
    for (const offsets of this.#offsets.values()) offsets.sort((a, b) => a - b);
    const guards = new Map<string, readonly Guarding[]>();
    for (const [reference, found] of this.#guards) guards.set(reference, nested(found));
    return { guards, writes: this.#offsets };
  }

  #enter(node: Node): void {
    switch (node.kind) {
      case 'If':
      case 'While': {
        const frame = frameOf(node);
        this.#test(node.test, true, regionOf(node.body, frame));
        if (node.kind === 'If') this.#test(node.test, false, regionOf(node.orelse, frame));
        break;
      }
      case 'IfExp':
        this.#test(node.test, true, regionOf([node.body], frameOf(node)));
        this.#test(node.test, false, regionOf([node.orelse], frameOf(node)));
        break;
      case 'BoolOp':
        node.values.forEach((value, i) => {
          const others = regionOf(node.values.slice(i + 1), frameOf(node));
          this.#test(value, node.op === 'and', others);
        });
        break;
      case 'ListComp':
      case 'SetComp':
      case 'GeneratorExp':
      case 'DictComp': {
        const results = node.kind === 'DictComp' ? [node.key, node.value] : [node.elt];
        for (const test of node.generators.flatMap(({ ifs }) => ifs))
          this.#test(test, true, regionOf(results, frameOf(node)));
        break;
      }
      case 'Match':
        this.#match(node);
        break;
    }
    if ('body' in node && Array.isArray(node.body)) this.#block(node.body, node);
    if ('orelse' in node && Array.isArray(node.orelse)) this.#block(node.orelse, node);
    if ('finalbody' in node) this.#block(node.finalbody, node);
    for (const target of targetsOf(node)) this.#writes(target);
  }

  /** What the statements of a block tell those that follow them. */
  #block(statements: readonly Stmt[], owner: Node | null): void {
    const end = statements.at(-1)?.end ?? 0;
    const frame = owner !== null && FRAMES.has(owner.kind) ? owner : owner && frameOf(owner);
    for (const statement of statements) {
      const rest: Region = { from: statement.end, to: end, frame };
      switch (statement.kind) {
        case 'Assert':
          this.#test(statement.test, true, rest);
          break;
        case 'If':
          this.#afterIf(statement, rest);
          break;
        case 'Assign':
          for (const target of statement.targets) this.#assigned(target, statement.value, [], rest);
          break;
        case 'AnnAssign':
          if (statement.value !== null) this.#assigned(statement.target, statement.value, [], rest);
          break;
      }
    }
  }

  /** What is known once the branches that leave the block are passed by. */
  #afterIf(statement: Extract<Stmt, { kind: 'If' }>, rest: Region): void {
    let current = statement;
    while (leaves(current.body)) {
      this.#test(current.test, false, rest);
      const [only] = current.orelse;
      if (current.orelse.length !== 1 || only?.kind !== 'If') return;
      current = only;
    }
    if (current === statement && leaves(current.orelse)) this.#test(current.test, true, rest);
  }

  #test(test: Expr, holds: boolean, region: Region | null): void {
    if (region === null) return;
    if (test.kind === 'UnaryOp' && test.op === 'not') {
      this.#test(test.operand, !holds, region);
      return;
    }
    if (test.kind === 'BoolOp') {
      if ((test.op === 'and') === holds)
        for (const value of test.values) this.#test(value, holds, region);
      return;
    }
    const subject =
      test.kind === 'Compare' ? test.left : test.kind === 'Call' ? test.args[0] : test;
    const reference = subject === undefined ? null : referenceOf(subject);
    if (reference !== null) this.#guard(reference, { ...region, how: 'test', test, holds });
  }

  #match(node: Match): void {
    const reference = referenceOf(node.subject);
    if (reference === null) return;
    for (const { pattern, body } of node.cases) {
      const region = regionOf(body, frameOf(node));
      if (region !== null) this.#guard(reference, { ...region, how: 'pattern', pattern });
    }
  }

  /** Names are followed by the flow graph; this is for attributes. */
  #assigned(target: Expr, value: Expr, path: Path, region: Region): void {
    if (target.kind === 'Tuple' || target.kind === 'List') {
      if (target.elts.some(({ kind }) => kind === 'Starred')) return;
      target.elts.forEach((element, i) => {
        this.#assigned(element, value, [...path, i], region);
      });
    } else if (target.kind === 'Attribute') {
      const reference = referenceOf(target);
      if (reference !== null) this.#guard(reference, { ...region, how: 'assign', value, path });
    }
  }

  #guard(reference: string, guard: Guard): void {
    add(this.#guards, reference, guard);
  }

  #writes(target: Expr): void {
    if (target.kind === 'Tuple' || target.kind === 'List')
      for (const element of target.elts) this.#writes(element);
    else if (target.kind === 'Starred') this.#writes(target.value);
    else {
      const reference = referenceOf(target);
      if (reference !== null) add(this.#offsets, reference, target.start);
    }
  }
}

/** Guards in source order, each with the one around it. */
function nested(guards: readonly Guard[]): readonly Guarding[] {
  const found: Guarding[] = [];
  let outer: Guarding | undefined;
  for (const guard of [...guards].sort((a, b) => a.from - b.from || b.to - a.to)) {
    while (outer !== undefined && outer.guard.to < guard.to) outer = outer.outer;
    outer = { guard, outer };
    found.push(outer);
  }
  return found;
}

/** How many of the items, which are in order, stand below the limit. */
function countBelow<T>(limit: number, items: readonly T[], offsetOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsetOf(items[middle]!) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const itself = (offset: number) => offset;

/** `a`, `a.b` and `a.b.c`. */
function prefixesOf(reference: string): readonly string[] {
  const parts = reference.split('.');
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
}

function regionOf(nodes: readonly Node[], frame: Node | null): Region | null {
  const [first] = nodes;
  return first === undefined ? null : { from: first.start, to: nodes.at(-1)!.end, frame };
}

function leaves(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  if (last?.kind === 'If') return leaves(last.body) && leaves(last.orelse);
  return last !== undefined && ['Return', 'Raise', 'Continue', 'Break'].includes(last.kind);
}

function targetsOf(node: Node): readonly Expr[] {
  switch (node.kind) {
    case 'Assign':
    case 'Delete':
      return node.targets;
    case 'AugAssign':
    case 'AnnAssign':
    case 'For':
    case 'AsyncFor':
    case 'NamedExpr':
      return [node.target];
    case 'withitem':
      return node.optional_vars === null ? [] : [node.optional_vars];
    default:
      return [];
  }
}

function add<T>(to: Map<string, T[]>, key: string, item: T): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [item]);
  else known.push(item);
}
