/** What happens at one point of a flow graph, the blocks below it left out. */
import { type Node, SKIP, walk } from '../syntax/index.ts';
import type { FlowPoint } from './flow.ts';

/** Is there such a node in what the point evaluates? What it only defines is not looked into. */
export function someAt(point: FlowPoint, is: (node: Node) => boolean): boolean {
  let found = false;
  walk(evaluatedAt(point), (node) => {
    if (DEFERS.has(node.kind)) return SKIP;
    if (is(node)) found = true;
    return undefined;
  });
  return found;
}

/** May other tasks run at the point? The end of an `async with`, which has no point, is not seen. */
export function suspendsAt(point: FlowPoint): boolean {
  if (point.kind === 'AsyncFor' || point.kind === 'AsyncWith') return true;
  return someAt(point, suspends);
}

export function suspends(node: Node): boolean {
  return SUSPENDS.has(node.kind) || (node.kind === 'comprehension' && node.is_async);
}

function evaluatedAt(point: FlowPoint): readonly Node[] {
  switch (point.kind) {
    case 'If':
    case 'While':
      return [point.test];
    case 'For':
    case 'AsyncFor':
      return [point.target, point.iter];
    case 'With':
    case 'AsyncWith':
      return point.items;
    case 'Match':
      return [point.subject];
    case 'match_case':
      return point.guard === null ? [] : [point.guard];
    case 'ExceptHandler':
      return point.type === null ? [] : [point.type];
    case 'Try':
    case 'TryStar':
    case 'ErrorStmt':
      return [];
    default:
      return [point];
  }
}

const DEFERS: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Lambda',
]);

const SUSPENDS: ReadonlySet<string> = new Set([
  'Await',
  'AsyncFor',
  'AsyncWith',
  'Yield',
  'YieldFrom',
]);
