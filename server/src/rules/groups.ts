/** What is given to `gather()`, `wait()`, `as_completed()`: awaitables one by one, or a collection of them. */
import { type Kind, membersOf, type Semantics } from '../semantics/index.ts';
import type { Expr } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { isFuture } from './tasks.ts';

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
