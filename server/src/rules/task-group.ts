/** `async with asyncio.TaskGroup()`: shared by the rules on its block. */
import type { Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type FunctionDef,
  type Node,
  type Stmt,
  type With,
  type WithItem,
} from '../syntax/index.ts';

/** The item of the statement that opens a group of tasks. */
export function groupOpenedBy(node: With, context: Semantics): WithItem | undefined {
  return node.items.find(({ context_expr: opened }) => {
    const { kind } = opened;
    if (kind !== 'Call' && kind !== 'Name' && kind !== 'Attribute') return false;
    const group = context.kindOf(opened);
    return group.k === 'instance' && context.derives(group.cls, 'asyncio.TaskGroup');
  });
}

/** The statements around the node in its function, from the inside, each with the one that leads to the node. */
export function* enclosing(node: Node): Generator<{ readonly around: Node; readonly child: Node }> {
  let child = node;
  for (const around of ancestors(node)) {
    if (FUNCTIONS.has(around.kind)) return;
    yield { around, child };
    child = around;
  }
}

const FUNCTIONS: ReadonlySet<string> = new Set<FunctionDef['kind'] | 'Lambda' | 'ClassDef'>([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

/** Does the node stand in what the loop repeats? */
export function isRepeatedBy(around: Node, child: Node): boolean {
  const isLoop = around.kind === 'For' || around.kind === 'AsyncFor' || around.kind === 'While';
  return isLoop && !around.orelse.includes(child as Stmt);
}
