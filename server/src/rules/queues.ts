/** How many items the queues of asyncio may hold. */
import { isProjectId, type Semantics } from '../semantics/index.ts';
import { type Expr, walk } from '../syntax/index.ts';

/** Was the queue certainly made with a size, so that putting something in may wait? */
export function isBoundedQueue(queue: Expr, context: Semantics): boolean {
  if (queue.kind === 'Attribute') return isBoundedAttribute(queue.attr, queue.value, context);
  if (queue.kind !== 'Name') return false;
  const [binding, ...others] = context.reaching(queue)?.bindings ?? [];
  if (others.length > 0 || binding?.origin.how !== 'assign') return false;
  return binding.origin.path.length === 0 && isBounded(binding.origin.value, context);
}

/** `self.queue = asyncio.Queue(10)`, by the class's `__init__`. */
function isBoundedAttribute(attr: string, owner: Expr, context: Semantics): boolean {
  const kind = context.kindOf(owner);
  if (kind.k !== 'instance' || !isProjectId(kind.cls)) return false;
  return context.summary(`${kind.cls}.__init__`, `bounds the queue ${attr}`, (fn, inside) => {
    const bound: Expr[] = [];
    walk(fn.body, (node) => {
      const target = node.kind === 'Assign' ? node.targets[0] : undefined;
      if (node.kind === 'Assign' && target?.kind === 'Attribute' && target.attr === attr)
        bound.push(node.value);
      if (node.kind === 'AnnAssign' && node.target.kind === 'Attribute' && node.value !== null)
        if (node.target.attr === attr) bound.push(node.value);
    });
    return bound.length === 1 && isBounded(bound[0]!, inside);
  });
}

/** `asyncio.Queue(10)`: zero, or a negative number, means no bound. */
function isBounded(value: Expr, context: Semantics): boolean {
  if (value.kind !== 'Call') return false;
  if (!/^asyncio\.(?:Lifo|Priority)?Queue$/.test(context.callee(value) ?? '')) return false;
  const size = value.args[0] ?? value.keywords.find(({ arg }) => arg === 'maxsize')?.value;
  return size?.kind === 'Constant' && size.type === 'int' && size.value !== '0';
}
