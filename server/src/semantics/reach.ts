/** What calling a function of the project leads to, and through whom. */
import { ancestors, type Call, type FunctionDef, type Node, SKIP, walk } from '../syntax/index.ts';
import { bodyFacts } from './bodies.ts';
import type { Semantics } from './index.ts';
import { isProjectId, type Kind } from './kinds.ts';

/** What is looked for along the calls. Functions of the module's top: answers outlive whoever asks. */
export interface Question {
  /** Names the question: its answers are kept under it. */
  readonly key: string;
  /** What the call does itself, in words for the reader; undefined: not what is looked for. */
  found(call: Call, inside: Semantics): string | undefined;
  /** Does what the node (a call, an item of a `with`) sets off count, where it stands? */
  counts(node: Node, inside: Semantics): boolean;
}

export interface Reached {
  /** The words of the question for what is reached. */
  readonly what: string;
  /** Identifiers of the functions gone through: the one that was called, …, the one that does it itself. */
  readonly through: readonly string[];
}

/** One function's part in the answer. */
export interface Step {
  readonly what?: string;
  readonly next: readonly string[];
}

export const NO_STEP: Step = { next: [] };

/** Functions looked at for one answer. The nearest come first; a longer way is no way for a reader. */
const MAX_LOOKED_AT = 256;

/**
 * The shortest way from a function to what is looked for. Breadth first over the steps of single functions,
 * rather than by asking the same of each callee: recursive functions then have an answer like the others.
 */
export function searchFrom(id: string, step: (id: string) => Step): Reached | undefined {
  const cameFrom = new Map<string, string | null>([[id, null]]);
  for (const at of cameFrom.keys()) {
    const { what, next } = step(at);
    if (what !== undefined) {
      const through: string[] = [];
      for (let back: string | null = at; back !== null; back = cameFrom.get(back)!)
        through.unshift(back);
      return { what, through };
    }
    for (const callee of next)
      if (!cameFrom.has(callee) && cameFrom.size < MAX_LOOKED_AT) cameFrom.set(callee, at);
  }
  return undefined;
}

/** What the function does itself, else the functions that it sets off. */
export function stepOf(fn: FunctionDef, inside: Semantics, question: Question): Step {
  // A statement that cannot be read may well change what the others do.
  if (bodyFacts(fn).isDamaged) return NO_STEP;
  let what: string | undefined;
  const next = new Set<string>();
  walk(fn.body, (node) => {
    if (what !== undefined || LATER.has(node.kind)) return SKIP;
    const found = node.kind === 'Call' ? question.found(node, inside) : undefined;
    const set = found === undefined ? setOffBy(node, inside) : [];
    if (found === undefined && set.length === 0) return undefined;
    if (!inside.isAlive(node) || !question.counts(node, inside)) return undefined;
    what = found;
    for (const id of set) next.add(id);
    return undefined;
  });
  return what === undefined ? { next: [...next] } : { what, next: [] };
}

/** What holds code that is not run where it stands. */
const LATER: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
  'GeneratorExp',
]);

/**
 * Identifiers of the project's functions whose bodies a node certainly runs, there and then: what a call
 * calls or constructs, what an item of a `with` enters and leaves. A coroutine or a generator only starts later.
 */
export function setOffBy(node: Node, semantics: Semantics): readonly string[] {
  const ids: string[] = [];
  if (node.kind === 'Call') {
    const callee = semantics.kindOf(node.func);
    if (callee.k === 'function') ids.push(...bodyOf(callee, semantics));
    else if (callee.k === 'class' && isProjectId(callee.cls)) {
      const built = semantics.called(callee);
      if (built.k === 'instance')
        ids.push(...bodyOf(semantics.member(built, '__init__'), semantics));
    }
  } else if (node.kind === 'withitem' && node.parent?.kind === 'With') {
    const { context_expr: manager } = node;
    const kind = semantics.kindOf(manager);
    if (kind.k !== 'instance') return [];
    if (kind.cls === 'contextlib._GeneratorContextManager' && manager.kind === 'Call') {
      const maker = semantics.kindOf(manager.func);
      if (maker.k === 'function' && isProjectId(maker.fn)) ids.push(maker.fn);
    } else if (isProjectId(kind.cls))
      for (const name of ['__enter__', '__exit__'])
        ids.push(...bodyOf(semantics.member(kind, name), semantics));
  }
  return ids;
}

function bodyOf(kind: Kind | undefined, semantics: Semantics): readonly string[] {
  return kind?.k === 'function' && runsWhenCalled(kind.fn, semantics) ? [kind.fn] : [];
}

/** Is it a function of the project whose body a call runs, there and then? */
export function runsWhenCalled(id: string, semantics: Semantics): boolean {
  return isProjectId(id) && semantics.summary(id, 'runs when called', isPlain);
}

function isPlain(fn: FunctionDef): boolean {
  return fn.kind === 'FunctionDef' && bodyFacts(fn).yields.length === 0;
}

/**
 * Does every run of the function around evaluate the node, exceptions apart: no condition, no loop, no
 * earlier `return` on the way?
 */
export function isUnavoidable(node: Node, semantics: Semantics): boolean {
  const fn = semantics.functionAround(node);
  if (fn === null || fn.kind === 'Lambda') return false;
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === fn) break;
    if (!isAlwaysRun(child, parent)) return false;
    child = parent;
  }
  return bodyFacts(fn).returns.every((statement) => statement.end > node.start);
}

function isAlwaysRun(child: Node, parent: Node): boolean {
  switch (parent.kind) {
    case 'If':
    case 'IfExp':
    case 'While':
    case 'Assert':
      return child === parent.test;
    case 'For':
    case 'AsyncFor':
    case 'comprehension':
      return child === parent.iter;
    case 'Match':
      return child === parent.subject;
    case 'BoolOp':
      return child === parent.values[0];
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
      return child === parent.generators[0];
    case 'ExceptHandler':
    case 'match_case':
      return false;
    default:
      return !LATER.has(parent.kind);
  }
}
