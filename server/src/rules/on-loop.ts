/** Which code a running loop runs on its own thread. */
import type { Semantics } from '../semantics/index.ts';
import { ancestors, type FunctionDef, type Node } from '../syntax/index.ts';

export interface OnLoop {
  /** The coroutine function, or the callback, that holds the node. */
  readonly fn: FunctionDef;
  readonly isCallback: boolean;
}

/**
 * The function by which the loop certainly runs the node: an `async def`, or one that is given to the loop as
 * a callback. Undefined in a nested `def` or `lambda`: whoever calls it decides.
 */
export function onLoop(node: Node, context: Semantics): OnLoop | undefined {
  const fn = context.functionAround(node);
  if (fn === null || fn.kind === 'Lambda') return undefined;
  if (fn.kind === 'AsyncFunctionDef') return { fn, isCallback: false };
  const id = context.idOf(fn);
  return id !== undefined && context.isLoopCallback(id) ? { fn, isCallback: true } : undefined;
}

/** Is it, or what it stands in, a fixture, which serves one test? */
export function isFixture(fn: FunctionDef, context: Semantics): boolean {
  return [fn, ...ancestors(fn)].some(
    (around) =>
      (around.kind === 'FunctionDef' || around.kind === 'AsyncFunctionDef') &&
      around.decorator_list.some((decorator) => /\bfixture\b/.test(context.text(decorator))),
  );
}
