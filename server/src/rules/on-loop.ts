/** Which code a running loop runs on its own thread. */
import { localReads, type Semantics } from '../semantics/index.ts';
import { ancestors, type FunctionDef, type Lambda, type Node } from '../syntax/index.ts';

export interface OnLoop {
  /** The coroutine function, or the callback, that holds the node. */
  readonly fn: FunctionDef;
  readonly isCallback: boolean;
}

/**
 * The function by which the loop certainly runs the node: an `async def`, or one that is given to the loop as
 * a callback. Undefined in a nested `def` or `lambda`, unless it only serves there: whoever calls it decides.
 */
export function onLoop(node: Node, context: Semantics): OnLoop | undefined {
  const around = context.functionAround(node);
  const fn = around?.kind === 'Lambda' ? onlyCaller(around, context) : around;
  if (fn === null) return undefined;
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

/** The function that gives the lambda a name, if all that it does with it is to call it. */
function onlyCaller(lambda: Lambda, context: Semantics): FunctionDef | null {
  const { parent } = lambda;
  const [target, ...others] = parent?.kind === 'Assign' ? parent.targets : [];
  if (target?.kind !== 'Name' || others.length > 0) return null;
  const fn = context.functionAround(target);
  if (fn === null || fn.kind === 'Lambda') return null;
  const reads = localReads(target, context) ?? [];
  const areCalls = reads.every(
    (read) =>
      read.parent?.kind === 'Call' &&
      read.parent.func === read &&
      context.functionAround(read) === fn,
  );
  return reads.length > 0 && areCalls ? fn : null;
}
