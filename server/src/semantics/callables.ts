/** What a function does with what it is given, asked of an expression that denotes it. */
import { type Expr, type FunctionDef, type Lambda, walk } from '../syntax/index.ts';
import type { Semantics } from './index.ts';
import { isProjectId } from './kinds.ts';

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
