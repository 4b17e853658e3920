/** What calling a function of the project leads to, and through whom. */
import {
  type Attribute,
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  SKIP,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import { bodyFacts } from './bodies.ts';
import { type Flags, flagsGiven, mayRunUnder } from './flags.ts';
import type { Semantics } from './index.ts';
import { isProjectId, type Kind, type KindOf } from './kinds.ts';

/** What is looked for along the calls. Functions of the module's top: answers outlive whoever asks. */
export interface Question {
  /** Names the question: its answers are kept under it. */
  readonly key: string;
  /** What the call does itself, in words for the reader; undefined: not what is looked for. */
  found(call: Call, inside: Semantics): string | undefined;
  /** The same of an item of a `with`. */
  foundEntering?(item: WithItem, inside: Semantics): string | undefined;
  /** Does what the node sets off count, where it stands? */
  counts(node: Node, inside: Semantics): boolean;
  /** Are the bodies of these functions (by identifier) to be looked at? By default, all. */
  follows?(id: string): boolean;
}

/** A function, by its identifier, with what its call says of the flags that it tests: `<id>?attendre=0`. */
export type Entrance = string;

/** Identifier of the function that is entered. */
export function functionOf(entry: Entrance): string {
  return entry.replace(FLAGS, '');
}

export function flagsOf(entry: Entrance): Flags {
  const written = FLAGS.exec(entry)?.[1] ?? '';
  return new Map(
    [...written.matchAll(/(\w+)=(\d)/g)].map(([, name, value]) => [name!, value === '1']),
  );
}

const FLAGS = /\?([\w=&]*)$/;

export interface Reached {
  /** The words of the question for what is reached. */
  readonly what: string;
  /** Identifiers of the functions gone through: the one that was called, …, the one that does it itself. */
  readonly through: readonly string[];
}

/** One function's part in the answer. */
export interface Step {
  readonly what?: string;
  readonly next: readonly Entrance[];
}

export const NO_STEP: Step = { next: [] };

/** Functions looked at for one answer. The nearest come first; a longer way is no way for a reader. */
const MAX_LOOKED_AT = 256;

/**
 * The shortest way from a function to what is looked for. Breadth first over the steps of single functions,
 * rather than by asking the same of each callee: recursive functions then have an answer like the others.
 */
export function searchFrom(
  entrance: Entrance,
  step: (entry: Entrance) => Step,
): Reached | undefined {
  const cameFrom = new Map<Entrance, Entrance | null>([[entrance, null]]);
  for (const at of cameFrom.keys()) {
    const { what, next } = step(at);
    if (what !== undefined) {
      const through: string[] = [];
      for (let back: Entrance | null = at; back !== null; back = cameFrom.get(back)!)
        through.unshift(functionOf(back));
      return { what, through };
    }
    for (const callee of next)
      if (!cameFrom.has(callee) && cameFrom.size < MAX_LOOKED_AT) cameFrom.set(callee, at);
  }
  return undefined;
}

/** What the function does itself, else the functions that it sets off. */
export function stepOf(fn: FunctionDef, inside: Semantics, question: Question, flags: Flags): Step {
  const next = new Set<Entrance>();
  for (const { what, entries } of leadsOf(fn, inside, question, flags)) {
    if (what !== undefined) return { what, next: [] };
    for (const entry of entries) next.add(entry);
  }
  return { next: [...next] };
}

/** The node of the function that leads on: to the function of the identifier `to`, or to what `to` says. */
export function siteOf(
  fn: FunctionDef,
  inside: Semantics,
  question: Question,
  to: string,
): Node | undefined {
  return leadsOf(fn, inside, question, new Map()).find(({ what, entries }) =>
    what === undefined ? entries.some((entry) => functionOf(entry) === to) : what === to,
  )?.node;
}

/** Does every run of the function lead there, from one place at least? */
export function leadsSurely(
  fn: FunctionDef,
  inside: Semantics,
  question: Question,
  to: string,
): boolean {
  return leadsOf(fn, inside, question, new Map()).some(
    ({ node, what, entries }) =>
      (what === undefined ? entries.some((entry) => functionOf(entry) === to) : what === to) &&
      isUnavoidable(node, inside),
  );
}

interface Lead {
  readonly node: Node;
  readonly what: string | undefined;
  readonly entries: readonly Entrance[];
}

/** All that leads on from the function's own body, in the order of the text; nothing after what is found. */
function leadsOf(
  fn: FunctionDef,
  inside: Semantics,
  question: Question,
  flags: Flags,
): readonly Lead[] {
  // A statement that cannot be read may well change what the others do.
  if (bodyFacts(fn).isDamaged) return [];
  const leads: Lead[] = [];
  walk(fn.body, (node) => {
    if (leads.at(-1)?.what !== undefined || LATER.has(node.kind)) return SKIP;
    const what =
      node.kind === 'Call'
        ? question.found(node, inside)
        : node.kind === 'withitem'
          ? question.foundEntering?.(node, inside)
          : undefined;
    const set = what === undefined ? setOffBy(node, inside) : [];
    const entries = question.follows
      ? set.filter((entry) => question.follows!(functionOf(entry)))
      : set;
    if (what === undefined && entries.length === 0) return undefined;
    if (mayRunUnder(flags, node, fn) && inside.isAlive(node) && question.counts(node, inside))
      leads.push({ node, what, entries });
    return undefined;
  });
  return leads;
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
 * The project's functions whose bodies a node certainly runs, there and then: what a call
 * calls or constructs, what an item of a `with` enters and leaves, the property that an attribute is, the
 * generator that a loop goes through. A coroutine or a generator that is only made starts later.
 */
export function setOffBy(node: Node, semantics: Semantics): readonly Entrance[] {
  switch (node.kind) {
    case 'Call':
      return [
        ...ranByCalling(semantics.kindOf(node.func), node, semantics),
        ...(goesThrough(node) ? ranByIterating(node.args[0]!, semantics) : []),
      ];
    case 'For':
      return ranByIterating(node.iter, semantics);
    case 'comprehension':
      return node.is_async || node.parent?.kind === 'GeneratorExp'
        ? []
        : ranByIterating(node.iter, semantics);
    case 'withitem':
      return node.parent?.kind === 'With' ? ranByEntering(node.context_expr, semantics) : [];
    case 'Attribute': {
      const property = isPlainRead(node) ? semantics.property(node) : undefined;
      return property === undefined ? [] : [property];
    }
    default:
      return [];
  }
}

/** `call`: what gives the arguments; null when they are not all seen. */
function ranByCalling(callee: Kind, call: Call | null, semantics: Semantics): readonly Entrance[] {
  switch (callee.k) {
    case 'function':
      return [...bodyOf(callee, call, semantics), ...bodyWrappedBy(callee, call, semantics)];
    case 'partial':
      return ranByCalling(callee.of, null, semantics);
    case 'class': {
      const built = isProjectId(callee.cls) ? semantics.called(callee) : callee;
      if (built.k !== 'instance') return [];
      return MAKERS.flatMap((name) => method(built, name, call, semantics));
    }
    case 'instance':
      return isProjectId(callee.cls) ? method(callee, '__call__', call, semantics) : [];
    default:
      return [];
  }
}

const MAKERS = ['__new__', '__init__', '__post_init__'];

function ranByEntering(manager: Expr, semantics: Semantics): readonly Entrance[] {
  const kind = semantics.kindOf(manager);
  if (kind.k !== 'instance') return [];
  if (kind.cls === 'contextlib._GeneratorContextManager' && manager.kind === 'Call') {
    const maker = semantics.kindOf(manager.func);
    return maker.k === 'function' && isProjectId(maker.fn)
      ? [entranceOf(maker, manager, semantics)]
      : [];
  }
  if (!isProjectId(kind.cls)) return [];
  return ['__enter__', '__exit__'].flatMap((name) => method(kind, name, null, semantics));
}

function ranByIterating(iterable: Expr, semantics: Semantics): readonly Entrance[] {
  if (iterable.kind !== 'Call') return [];
  const maker = semantics.kindOf(iterable.func);
  if (maker.k !== 'function' || !isProjectId(maker.fn)) return [];
  const made = semantics.called(maker);
  return made.k === 'instance' && made.cls === 'types.GeneratorType' && isGenerator(maker.fn)
    ? [entranceOf(maker, iterable, semantics)]
    : [];

  function isGenerator(id: string): boolean {
    return semantics.summary(id, 'is a generator', (fn) => bodyFacts(fn).yields.length > 0);
  }
}

/** Does the call go at once through all that its argument gives? */
function goesThrough({ func, args }: Call): boolean {
  return args.length > 0 && func.kind === 'Name' && COLLECTING.has(func.id);
}

const COLLECTING: ReadonlySet<string> = new Set([
  ...['list', 'tuple', 'set', 'frozenset', 'dict'],
  ...['sorted', 'sum', 'min', 'max', 'any', 'all'],
]);

/** Is the attribute read for itself: neither bound, nor called as a method is? */
function isPlainRead(node: Attribute): boolean {
  const { parent } = node;
  switch (parent?.kind) {
    case 'Call':
      return parent.func !== node;
    case 'Assign':
      return parent.value === node;
    case 'AnnAssign':
      return parent.value === node;
    case 'For':
      return parent.iter === node;
    case 'Delete':
      return false;
    case 'withitem':
      return parent.context_expr === node;
    default:
      return true;
  }
}

function method(
  receiver: Kind,
  name: string,
  call: Call | null,
  semantics: Semantics,
): readonly Entrance[] {
  const kind = semantics.member(receiver, name);
  return kind?.k === 'function' ? bodyOf(kind, call, semantics) : [];
}

function bodyOf(
  callee: KindOf<'function'>,
  call: Call | null,
  semantics: Semantics,
): readonly Entrance[] {
  return runsWhenCalled(callee.fn, semantics) ? [entranceOf(callee, call, semantics)] : [];
}

function entranceOf(callee: KindOf<'function'>, call: Call | null, semantics: Semantics): Entrance {
  const tested = semantics.testedFlags(callee.fn);
  const flags = [...flagsGiven(tested, call, callee.self === null ? 0 : 1)];
  const written = flags.map(([name, value]) => `${name}=${value ? 1 : 0}`);
  return written.length === 0 ? callee.fn : `${callee.fn}?${written.join('&')}`;
}

/** The decorated function, when what the decorator put in its place calls it. */
function bodyWrappedBy(
  { fn, self, wraps }: KindOf<'function'>,
  call: Call | null,
  semantics: Semantics,
): readonly Entrance[] {
  if (wraps === undefined || !semantics.summary(fn, 'calls what it wraps', callsWhatItWraps))
    return [];
  return bodyOf({ k: 'function', fn: wraps, self }, call, semantics);
}

/** Is it a function of the project whose body a call runs, there and then? */
export function runsWhenCalled(id: string, semantics: Semantics): boolean {
  return isProjectId(id) && semantics.summary(id, 'runs when called', isPlain);
}

function isPlain(fn: FunctionDef): boolean {
  return fn.kind === 'FunctionDef' && bodyFacts(fn).yields.length === 0;
}

function callsWhatItWraps(fn: FunctionDef, inside: Semantics): boolean {
  if (!isPlain(fn)) return false;
  let calls = false;
  walk(fn.body, (node) => {
    if (node.kind !== 'Call' || node.func.kind !== 'Name') return;
    const found = inside.reaching(node.func);
    if (found !== null && found.holder.node !== fn)
      calls ||= found.bindings.some(({ origin }) => origin.how === 'parameter');
  });
  return calls;
}

/**
 * Does every run of the function around evaluate the node, exceptions apart: no condition, no loop, no
 * earlier `return` on the way? What `excuses` says yes to stands in nobody's way.
 */
export function isUnavoidable(
  node: Node,
  semantics: Semantics,
  excuses: (way: Node) => boolean = () => false,
): boolean {
  const fn = semantics.functionAround(node);
  if (fn === null || fn.kind === 'Lambda') return false;
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent === fn) break;
    if (!isAlwaysRun(child, parent) && !excuses(parent)) return false;
    child = parent;
  }
  return bodyFacts(fn).returns.every(
    (statement) =>
      statement.end > node.start ||
      [...ancestors(statement)].some((parent) => parent.kind === 'If' && excuses(parent)),
  );
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
