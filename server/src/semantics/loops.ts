/** How loops are left, and what they repeat. */
import {
  ancestors,
  type For,
  type Node,
  SKIP,
  type Stmt,
  type While,
  walk,
} from '../syntax/index.ts';
import { Flow } from './flow.ts';

/** `exception`: only by what an `await` may raise. */
export type EarlyExit = 'jump' | 'exception';

/**
 * How a loop may be left before its iterations end: by a `break`, a `return` or a `raise` that nothing
 * within it catches, else by the exception of something awaited there. Null when neither is seen.
 */
export function earlyExit(loop: For | While): EarlyExit | null {
  const flow = Flow.of([loop]);
  if (flow === undefined) return null;
  const { jumps, exposed } = flow.exitsOf(loop);
  if (jumps.size > 0 || [...exposed].some((point) => point.kind === 'Raise')) return 'jump';
  let mayRaise = false;
  walk(loop.body, (node) => {
    if (OPENS_SCOPE.has(node.kind)) return SKIP;
    if (AWAITING.has(node.kind) && exposed.has(flow.pointOf(node)!)) mayRaise = true;
    return undefined;
  });
  return mayRaise ? 'exception' : null;
}

const OPENS_SCOPE: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

const AWAITING: ReadonlySet<string> = new Set(['Await', 'AsyncFor', 'AsyncWith']);

/** Does the node stand in a loop, its header included, its `else` apart? */
export function isRepeated(node: Node): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    const isLoop = parent.kind === 'For' || parent.kind === 'AsyncFor' || parent.kind === 'While';
    if (isLoop && !parent.orelse.includes(child as Stmt)) return true;
    child = parent;
  }
  return false;
}
