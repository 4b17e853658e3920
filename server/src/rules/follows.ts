/** What runs after something in its function, and after its function. */
import type { FlowPoint, Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type ExceptHandler,
  type FunctionDef,
  type Node,
  type Stmt,
  type With,
  walk,
} from '../syntax/index.ts';

/** Does anything go on as if there had been no cancellation: the rest of the function, or what awaits it? */
export function isFollowed(
  node: ExceptHandler | With,
  fn: FunctionDef,
  context: Semantics,
): boolean {
  const id = context.idOf(fn) ?? '';
  return followers(node, fn, context).length > 0 || isAwaitedInFile(id, context);
}

/** What may run after the node in its function, `finally` and other clauses apart. */
export function followers(node: Node, fn: FunctionDef, context: Semantics): readonly FlowPoint[] {
  const isOutside = (point: Node) => point.start < node.start || node.end < point.end;
  const stop = (point: FlowPoint) => point.kind === 'ExceptHandler';
  const after = context.flow(fn)?.after(node as FlowPoint, stop) ?? [];
  return [...after].filter(
    (point) => isOutside(point) && !stop(point) && !isFinal(point, node) && !isGivingBack(point),
  );
}

/** In the `finally` of a `try` around the node: run whatever happens. */
function isFinal(point: Node, node: Node): boolean {
  const holdsNode = (one: Node) => one.start <= node.start && node.end <= one.end;
  let child = point;
  for (const parent of ancestors(point)) {
    if (parent.kind === 'Try' && parent.finalbody.includes(child as Stmt))
      if (holdsNode(parent) && !parent.finalbody.some(holdsNode)) return true;
    child = parent;
  }
  return false;
}

function isGivingBack(point: FlowPoint): boolean {
  const value = point.kind === 'Return' ? point.value : undefined;
  return value === null || value?.kind === 'Name' || value?.kind === 'Constant';
}

/** Is the coroutine function awaited where it is called, by another of the file? */
function isAwaitedInFile(id: string, context: Semantics): boolean {
  return context.callers(id).some((caller) =>
    context.summary(caller, `awaits ${id}`, (fn, inside) => {
      let found = false;
      walk(fn.body, (node) => {
        if (node.kind !== 'Await' || node.value.kind !== 'Call') return;
        const kind = inside.kindOf(node.value.func);
        if (kind.k === 'function' && kind.fn === id) found = true;
      });
      return found;
    }),
  );
}
