/** What is given to `gather()`, `wait()`, `as_completed()`: awaitables one by one, or a collection of them. */
import {
  isCollectionNeverRead,
  isProjectId,
  itemsFound,
  itemsOf,
  type Kind,
  localReads,
  membersOf,
  type Semantics,
} from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type ExceptHandler,
  type Expr,
  type FunctionDef,
  type Name,
  type Node,
  type Stmt,
  type Try,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { isCoroutine, isFuture, startedBy, useOf } from './tasks.ts';

export interface Collection {
  /** French, with its article: « une liste ». */
  readonly noun: string;
  /** What its items are; unknown when that is not known. */
  readonly items: Kind;
}

/** What an expression holds, when it certainly is a collection, or an iterator, of the standard library. */
export function collectionOf(expr: Expr, context: Semantics): Collection | null {
  const kind = context.kindOf(expr);
  if (kind.k === 'asyncGenerator') return { noun: 'un générateur asynchrone', items: UNKNOWN };
  if (kind.k !== 'instance') return null;
  const noun = NOUNS.get(kind.cls);
  if (noun === undefined) return null;
  const [first = UNKNOWN, ...others] = kind.args;
  const isUniform = others.every((other) => other.k === first.k);
  const items = kind.cls === 'builtins.dict' || !isUniform ? UNKNOWN : first;
  // A function with `yield` may be a coroutine of old.
  const isOld = kind.cls === 'types.GeneratorType' && !isAwaitable(items, context);
  return isOld && expr.kind !== 'GeneratorExp' ? null : { noun, items };
}

/** Is it certainly a coroutine or a future? */
export function isAwaitable(kind: Kind, context: Semantics): boolean {
  return membersOf(kind).every((member) => member.k === 'coroutine' || isFuture(member, context));
}

/** Puts other brackets around a list, or around `(x for …)`, whose parentheses may be those of the call. */
export function bracket(edits: Edits, inner: Expr, open: string, close: string): void {
  const isShared = inner.kind === 'GeneratorExp' && inner.end === inner.parent?.end;
  edits.replaceRange(inner, inner.start, inner.start + 1, isShared ? `(${open}` : open);
  edits.replaceRange(inner, inner.end - 1, inner.end, isShared ? `${close})` : close);
}

/** What a call is given for a parameter by its name; null when nothing. */
export function keywordOf(call: Call, name: string): Expr | null {
  return call.keywords.find(({ arg }) => arg === name)?.value ?? null;
}

/**
 * Is something that `wait`, or `gather`, is given looked after by nobody else, when its coroutine, or its call of
 * `run_in_executor`, is one that matters?
 */
export function isAnyLeftTo(
  call: Call,
  context: Semantics,
  matters: (work: Expr, context: Semantics) => boolean,
): boolean {
  const isOneByOne = context.callee(call) === 'asyncio.gather';
  const isHere = (use: Name) => call.start <= use.start && use.end <= call.end;
  const isLost = (item: Expr): boolean => {
    if (item.kind === 'Call') {
      const isAlone = isCoroutine(item, context) || runsInExecutor(item, context);
      const work = isAlone ? item : startedBy(item, context)?.coroutine;
      return work != null && matters(work, context);
    }
    if (item.kind !== 'Name') return false;
    const bindings = context.reaching(item)?.bindings ?? [];
    return (
      bindings.length > 0 &&
      bindings.every(({ node, origin }) => {
        if (origin.how !== 'assign' || origin.value.kind !== 'Call') return false;
        // `self.a = a = …` keeps it elsewhere too.
        const isAlone = node.parent?.kind === 'Assign' && node.parent.targets.length === 1;
        if (node.kind !== 'Name' || !isAlone || !isLost(origin.value)) return false;
        const uses = localReads(node, context)?.filter((use) => use !== item && !isHere(use));
        return uses?.every((use) => useOf(use, context) === 'ignored') ?? false;
      })
    );
  };
  const holdsLost = (given: Expr): boolean => {
    if (given.kind !== 'Name') return itemsWritten(given).some(isLost);
    const [binding, ...others] = context.reaching(given)?.bindings ?? [];
    return (
      others.length === 0 &&
      binding?.node.kind === 'Name' &&
      isCollectionNeverRead(binding.node, context, isHere) &&
      itemsFound(given, context).some(isLost)
    );
  };
  return call.args.some((arg) => {
    if (arg.kind === 'Starred') return holdsLost(arg.value);
    return isOneByOne ? isLost(arg) : holdsLost(arg);
  });
}

/** `loop.run_in_executor(…)`: what it starts goes on in its thread, whatever becomes of its future. */
export function runsInExecutor(expr: Expr, context: Semantics): boolean {
  return expr.kind === 'Call' && /^asyncio\..*\brun_in_executor$/.test(context.callee(expr) ?? '');
}

/** The items of a collection, or of an iterator, as far as they are written out. */
export function itemsWritten(expr: Expr): readonly Expr[] {
  if (expr.kind === 'Dict' || expr.kind === 'DictComp') return [];
  return expr.kind === 'GeneratorExp' ? [expr.elt] : itemsOf(expr);
}

/** Is it where one puts things in order, and wants to reach the end whatever happens? */
export function cleansUp(node: Expr): boolean {
  let child: Expr | Stmt = node;
  for (const around of ancestors(node)) {
    if (around.kind === 'ExceptHandler') return true;
    if (around.kind === 'Try' && around.finalbody.includes(child as Stmt)) return true;
    if (around.kind === 'FunctionDef' || around.kind === 'AsyncFunctionDef')
      return isCleanup(around.name);
    child = around as Stmt;
  }
  return false;
}

function nameOf(coroutine: Expr): string {
  if (coroutine.kind !== 'Call') return '';
  const { func } = coroutine;
  return func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
}

/** Does a function of that name put things in order? */
export function isCleanup(name: string): boolean {
  return CLEANUP.test(name);
}

const CLEANUP =
  /close|stop|shut_?down|clean|disconnect|tear_?down|cancel|exit|kill|terminate|dispose|release|ferme|arret|libere|annule/i;

/**
 * May the coroutine let an exception out that should not go unseen? Those of the standard library, `event.wait()`,
 * are trusted, and those that catch whatever they wait for; what fails to close is closed all the same.
 */
export function mayFailUnseen(coroutine: Expr, context: Semantics): boolean {
  if (isCleanup(nameOf(coroutine))) return false;
  return membersOf(context.kindOf(coroutine)).some(
    (kind) =>
      kind.k === 'coroutine' &&
      (kind.fn === null ||
        (isProjectId(kind.fn) && !context.summary(kind.fn, 'catches all', catchesAll))),
  );
}

/** Does every `await` of the function stand under an `except` that takes whatever it raises? */
function catchesAll(fn: FunctionDef): boolean {
  let found = false;
  let escapes = false;
  walk(fn.body, (node) => {
    if (!/^(?:Await|AsyncFor|AsyncWith)$/.test(node.kind)) return;
    found = true;
    let child: Node = node;
    // What stands in its `except` or its `finally` is how failures are dealt with.
    const isCaught = [...ancestors(node)].some((around) => {
      const isIn = around.kind === 'Try' && !around.orelse.includes(child as Stmt);
      child = around;
      return isIn && (around as Try).handlers.some(takesAll);
    });
    if (!isCaught) escapes = true;
  });
  return found && !escapes;
}

function takesAll({ type, body }: ExceptHandler): boolean {
  const isBroad = type === null || (type.kind === 'Name' && /^(?:Base)?Exception$/.test(type.id));
  let raises = false;
  walk(body, (node) => {
    if (node.kind === 'Raise') raises = true;
  });
  return isBroad && !raises;
}

const UNKNOWN: Kind = { k: 'unknown' };

const NOUNS: ReadonlyMap<string, string> = new Map([
  ['builtins.list', 'une liste'],
  ['builtins.tuple', 'un tuple'],
  ['builtins.set', 'un ensemble'],
  ['builtins.frozenset', 'un ensemble'],
  ['builtins.dict', 'un dictionnaire'],
  ['builtins.map', 'un itérateur'],
  ['builtins.filter', 'un itérateur'],
  ['builtins.reversed', 'un itérateur'],
  ['collections.deque', 'une collection'],
  ['types.GeneratorType', 'un générateur'],
]);
