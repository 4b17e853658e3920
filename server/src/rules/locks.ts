/** The locks of asyncio, and how code takes them. */
import { every, type Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** Is the value certainly an object of one of these standard classes? */
export function isOneOf(expr: Expr, classes: readonly string[], context: Semantics): boolean {
  return every(
    context.kindOf(expr),
    (kind) => kind.k === 'instance' && classes.some((name) => context.derives(kind.cls, name)),
  );
}

/** Is the call awaited where it stands, with or without a time limit? */
export function isAwaitedHere(call: Call, context: Semantics): boolean {
  const { parent } = call;
  if (parent?.kind === 'Await') return true;
  return (
    parent?.kind === 'Call' &&
    parent.parent?.kind === 'Await' &&
    parent.args[0] === call &&
    context.callee(parent) === 'asyncio.wait_for'
  );
}
