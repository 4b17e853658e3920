/** What is done with callables that are handed over, and what they do with what they are given. */
import { type CallableTaker, callableTaker, isTakerName } from '../knowledge/callbacks.ts';
import { publicName } from '../knowledge/public-names.ts';
import { type Call, type Expr, type FunctionDef, type Lambda, walk } from '../syntax/index.ts';
import type { Semantics } from './index.ts';
import { isProjectId } from './kinds.ts';

/** A callable given to something that will call it. */
export interface Handed {
  readonly taker: CallableTaker;
  readonly callable: Expr;
}

/** What a call hands over to the standard library to be called; null: nothing, or not seen. */
export function handedBy(call: Call, semantics: Pick<Semantics, 'kindOf'>): Handed | null {
  const { func, args, keywords } = call;
  if (func.kind === 'Attribute' && !isTakerName(func.attr)) return null;
  const kind = semantics.kindOf(func);
  const id = kind.k === 'function' ? kind.fn : kind.k === 'class' ? kind.cls : null;
  const taker = id === null || isProjectId(id) ? undefined : callableTaker(publicName(id));
  if (taker === undefined) return null;
  const { at, keyword } = taker;
  const before = at === null ? [] : args.slice(0, at + 1);
  const placed =
    at === null || before.some(({ kind: k }) => k === 'Starred') ? undefined : args[at];
  const named = keyword === null ? undefined : keywords.find(({ arg }) => arg === keyword)?.value;
  const callable = placed ?? named;
  return callable === undefined ? null : { taker, callable };
}

/**
 * Does a callable certainly leave its positional argument `place` (from 0, `self` apart) unread? Known of
 * lambdas and of the project's functions; false for all others.
 */
export function leavesUnread(callable: Expr, place: number, semantics: Semantics): boolean {
  if (callable.kind === 'Lambda') return !readsParameter(callable, place);
  const kind = semantics.kindOf(callable);
  if (kind.k !== 'function' || !isProjectId(kind.fn)) return false;
  const index = kind.self === null ? place : place + 1;
  return semantics.summary(
    kind.fn,
    `leaves argument ${index} unread`,
    (fn) => !readsParameter(fn, index),
  );
}

function readsParameter({ args, body }: FunctionDef | Lambda, index: number): boolean {
  const parameter = [...args.posonlyargs, ...args.args][index];
  let found = parameter === undefined;
  walk(body, (node) => {
    // `locals()` and its like read every parameter.
    if (node.kind === 'Name' && (node.id === parameter?.arg || node.id === 'locals')) found = true;
  });
  return found;
}
