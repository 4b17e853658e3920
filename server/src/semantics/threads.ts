/** Who runs in another thread than the loop's: functions handed to `asyncio.to_thread`, `Thread(target=…)` and the like. */
import { takersRunBy } from '../knowledge/callbacks.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Lambda,
  type Name,
  type Node,
  walk,
} from '../syntax/index.ts';
import { collectedBy, handedBy, runsInThread } from './callables.ts';
import type { Semantics } from './index.ts';
import { type Kind, union } from './kinds.ts';
import { type Question, runsWhenCalled } from './reach.ts';

/** What a call runs in another thread, and what it gives it there. */
export interface Handover {
  /** The name a reader knows it by: `asyncio.to_thread`. */
  readonly by: string;
  readonly callable: Expr;
  /** Its positional arguments, when they are seen. */
  readonly given: readonly Expr[];
}

/** How a function of the project comes to run in another thread, and nowhere else in its file. */
export interface InThread {
  readonly by: string;
  /** Identifier of the function that hands over; null at module level or in a class body. */
  readonly from: string | null;
  /** Identifiers: the function handed over, …, the function in question. */
  readonly through: readonly string[];
  /** Kinds of the parameters, as the thread is given them; of the function handed over only. */
  readonly given: readonly Kind[];
}

/** A function that a chunk hands to a thread. */
export interface Entry {
  readonly id: string;
  readonly by: string;
  readonly from: string | null;
  readonly given: readonly Kind[];
}

/**
 * How a function is used in its file: handed to a thread, called by another (its identifier), in any other way;
 * `maybe`: a method of its name is, of an object of unknown kind.
 */
export type Use =
  | { readonly how: 'thread' | 'other' | 'maybe' }
  | { readonly how: 'call'; readonly by: string };

/** The last names of what hands over; without any of them a chunk is not looked at. */
export const HANDING_NAMES = takersRunBy('thread', 'executor');

/** What the call hands to a thread; undefined when nothing, or when it may be to a process. */
export function handoverOf(call: Call, semantics: Semantics): Handover | undefined {
  const found = handedBy(call, semantics);
  if (found === null || !runsInThread(call, found, semantics)) return undefined;
  const { taker, name, callable } = found;
  const by = taker.runs === 'executor' ? name.slice(name.lastIndexOf('.') + 1) : name;
  const following = call.args.filter((arg) => arg.start > callable.start);
  const isFollowed = taker.passes === 'following';
  return handed(
    by,
    callable,
    isFollowed ? following : listed(collectedBy(call, found).args),
    semantics,
  );
}

/** Who hands the expression to a thread: `asyncio.to_thread` for a lambda that is its argument, say. */
export function handoverAround(expr: Expr, semantics: Semantics): Handover | undefined {
  for (const parent of ancestors(expr)) {
    if (parent.kind === 'keyword') continue;
    if (parent.kind !== 'Call') return undefined;
    const handover = handoverOf(parent, semantics);
    if (handover?.callable === expr) return handover;
    // `partial(f, …)` is looked through.
    if (handover !== undefined || parent.args[0] !== expr) return undefined;
  }
  return undefined;
}

/** The function of the project whose body calling the value runs. */
export function runBy(callable: Expr, semantics: Semantics): string | undefined {
  const kind = semantics.kindOf(callable);
  const called = kind.k === 'partial' ? kind.of : kind;
  return called.k === 'function' && runsWhenCalled(called.fn, semantics) ? called.fn : undefined;
}

/** What a part of the file hands to threads. */
export function entriesIn(body: readonly Node[], semantics: Semantics): readonly Entry[] {
  const entries: Entry[] = [];
  walk(body, (node) => {
    const handover = node.kind === 'Call' ? handoverOf(node, semantics) : undefined;
    if (handover === undefined) return;
    const { by, callable } = handover;
    const from = idAround(node, semantics);
    const add = (expr: Expr, given: readonly Expr[]) => {
      const id = runBy(expr, semantics);
      if (id !== undefined)
        entries.push({ id, by, from, given: kindsGiven(expr, given, semantics) });
    };
    if (callable.kind !== 'Lambda') add(callable, handover.given);
    else
      walk([callable.body], (inner) => {
        if (inner.kind === 'Call' && semantics.functionAround(inner) === callable)
          add(inner.func, inner.args);
      });
  });
  return entries;
}

/** How a part of the file uses a function, `name` being how it is written there: all that names it, or may. */
export function usesIn(
  body: readonly Node[],
  id: string,
  name: string,
  semantics: Semantics,
): readonly Use[] {
  const uses: Use[] = [];
  walk(body, (node) => {
    const isNamed =
      (node.kind === 'Name' && node.id === name) ||
      (node.kind === 'Attribute' && node.attr === name);
    if (!isNamed) return;
    const kind = semantics.kindOf(node);
    if (kind.k === 'function' && kind.fn === id) uses.push(useOf(node, semantics));
    else if (kind.k === 'union' && kind.members.some((k) => k.k === 'function' && k.fn === id))
      uses.push({ how: 'other' });
    else if (node.kind === 'Attribute' && kind.k === 'unknown') uses.push({ how: 'maybe' });
  });
  return uses;
}

/**
 * The functions of a file that run in other threads only: those handed over that nothing else there calls, and
 * those that only such functions call, however far.
 */
export function runInThreads(
  entries: readonly Entry[],
  calledBy: (id: string) => readonly string[],
  usesOf: (id: string) => readonly Use[],
): ReadonlyMap<string, InThread> {
  const found = new Map<string, InThread>();
  for (const entry of entries) {
    const { by, from, given } = found.get(entry.id) ?? entry;
    found.set(entry.id, { by, from, through: [entry.id], given: agreeing(given, entry.given) });
  }
  for (const [id, { by, from, through }] of found)
    for (const callee of calledBy(id))
      if (!found.has(callee) && found.size < MAX_FUNCTIONS)
        found.set(callee, { by, from, through: [...through, callee], given: [] });
  // One that is left out takes along what it calls.
  const isElsewhere = (use: Use, { through }: InThread) => {
    // What is handed over runs in a thread, whoever else may call it.
    if (use.how === 'maybe') return through.length > 1;
    return use.how === 'other' || (use.how === 'call' && !found.has(use.by));
  };
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [id, way] of [...found])
      if (usesOf(id).some((use) => isElsewhere(use, way))) found.delete(id);
  }
  for (const [id, { through }] of found)
    if (!through.every((step) => found.has(step))) found.delete(id);
  return found;
}

const MAX_FUNCTIONS = 256;

/** What gives a thread a loop of its own, or makes the code look where it runs. */
export const OWN_LOOP: Question = {
  key: 'has a loop of its own, or looks for one',
  found: (call, inside) => {
    const { func } = call;
    const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
    if (!LOOKS_FOR_LOOP.test(name)) return undefined;
    // Many a `run` has nothing to do with a loop; that of an unknown object may.
    return /^subprocess\.|::/.test(inside.callee(call) ?? '') ? undefined : name;
  },
  counts: () => true,
};

/** Nothing is looked for: only who calls whom. */
export const CALLS: Question = { key: 'calls', found: () => undefined, counts: () => true };

const LOOKS_FOR_LOOP =
  /^(run|Runner|run_until_complete|run_forever|(_?get|new|_?set)_(event|running)_loop|is_running|current_task|current_thread|main_thread|get_ident|get_native_id)$/;

function handed(
  by: string,
  callable: Expr | undefined,
  given: readonly Expr[],
  semantics: Semantics,
): Handover | undefined {
  if (callable === undefined || callable.kind === 'Starred') return undefined;
  if (callable.kind !== 'Call') return { by, callable, given };
  const [first, ...bound] = callable.args;
  const isPartial = semantics.callee(callable) === 'functools.partial';
  return isPartial ? handed(by, first, [...bound, ...given], semantics) : undefined;
}

function listed(args: Expr | undefined): readonly Expr[] {
  return args?.kind === 'Tuple' || args?.kind === 'List' ? args.elts : [];
}

function idAround(node: Node, semantics: Semantics): string | null {
  let fn: FunctionDef | Lambda | null = semantics.functionAround(node);
  while (fn?.kind === 'Lambda') fn = semantics.functionAround(fn);
  return fn === null ? null : (semantics.idOf(fn) ?? null);
}

function kindsGiven(callable: Expr, given: readonly Expr[], semantics: Semantics): readonly Kind[] {
  const seen = given.findIndex((arg) => arg.kind === 'Starred');
  const kinds = (seen < 0 ? given : given.slice(0, seen)).map((arg) => semantics.kindOf(arg));
  const kind = semantics.kindOf(callable);
  return kind.k === 'function' && kind.self !== null ? [kind.self, ...kinds] : kinds;
}

function useOf(node: Name | Attribute, semantics: Semantics): Use {
  if (handoverAround(node, semantics) !== undefined) return { how: 'thread' };
  const call = node.parent;
  if (call?.kind !== 'Call' || call.func !== node) return { how: 'other' };
  const caller = semantics.functionAround(call);
  if (caller === null) return { how: 'other' };
  if (caller.kind === 'Lambda')
    return { how: handoverAround(caller, semantics) === undefined ? 'other' : 'thread' };
  const by = semantics.idOf(caller);
  return by === undefined ? { how: 'other' } : { how: 'call', by };
}

/** Place by place, what both have. */
function agreeing(some: readonly Kind[], others: readonly Kind[]): readonly Kind[] {
  return some.slice(0, others.length).map((kind, i) => union([kind, others[i]!]));
}
