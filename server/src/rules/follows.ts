/** What runs after something in its function, and after its function. */
import { type FlowPoint, type Semantics, suspendsAt, truth } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type ExceptHandler,
  type FunctionDef,
  type Node,
  type Stmt,
  type With,
  walk,
} from '../syntax/index.ts';
import { exitsOf, lastName } from './cancellation.ts';

/** Does anything go on as if there had been no cancellation: the rest of the function, or what awaits it? */
export function isFollowed(
  node: ExceptHandler | With,
  fn: FunctionDef,
  context: Semantics,
): boolean {
  const id = context.idOf(fn) ?? '';
  if (isCalledInFile(id, 'awaits', isAwaited, context)) return true;
  const after = followers(node, fn, context);
  // A task that goes straight to its end is done, as was asked.
  const isTask = endsLoop(node, fn) || isCalledInFile(id, 'starts', isStarted, context);
  return isTask ? after.some(suspendsAt) : after.length > 0;
}

/** `while True: … except CancelledError: break`: who waits for ever runs beside the others. */
function endsLoop(node: ExceptHandler | With, fn: FunctionDef): boolean {
  const left = node.kind === 'ExceptHandler' ? leftBy(node, fn) : node;
  return left.kind === 'While' && truth(left.test) === true;
}

/** What may run after the node in its function, `finally` and other clauses apart. */
export function followers(node: Node, fn: FunctionDef, context: Semantics): readonly FlowPoint[] {
  const left = node.kind === 'ExceptHandler' ? leftBy(node, fn) : node;
  const isOutside = (point: Node) => point.start < left.start || left.end < point.end;
  const stop = (point: FlowPoint) => point.kind === 'ExceptHandler';
  const after = context.flow(fn)?.after(node as FlowPoint, stop) ?? [];
  return [...after].filter(
    (point) => isOutside(point) && !stop(point) && !isFinal(point, node) && !isGivingBack(point),
  );
}

/** What every way out of the clause but an exception leaves for good: a loop, the function, or the clause alone. */
function leftBy(handler: ExceptHandler, fn: FunctionDef): Node {
  const ways = exitsOf(handler);
  if (ways === undefined || ways.fallsThrough || ways.jumps.length === 0) return handler;
  if (ways.jumps.some(({ kind }) => kind === 'Continue')) return handler;
  if (ways.jumps.every(({ kind }) => kind === 'Return')) return fn;
  return [...ancestors(handler)].find(({ kind }) => LOOPS.has(kind)) ?? fn;
}

const LOOPS: ReadonlySet<string> = new Set(['For', 'AsyncFor', 'While']);

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

/** Is the coroutine function called so by another of the file? */
function isCalledInFile(
  id: string,
  how: string,
  is: (call: Call) => boolean,
  context: Semantics,
): boolean {
  return context.callers(id).some((caller) =>
    context.summary(caller, `${how} ${id}`, (fn, inside) => {
      let found = false;
      walk(fn.body, (node) => {
        if (node.kind !== 'Call' || !is(node)) return;
        const kind = inside.kindOf(node.func);
        if (kind.k === 'function' && kind.fn === id) found = true;
      });
      return found;
    }),
  );
}

function isAwaited({ parent }: Call): boolean {
  return parent?.kind === 'Await';
}

/** `asyncio.create_task(f())`, or by a helper of that name. */
function isStarted({ parent }: Call): boolean {
  return parent?.kind === 'Call' && STARTING.test(lastName(parent.func));
}

const STARTING = /create_\w*task$|^(?:ensure_future|run_coroutine_threadsafe)$/;
