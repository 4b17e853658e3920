/** What only the loop's own thread may do, and the code that runs in another. */
import { LOOP_THREAD_FUNCTIONS, LOOP_THREAD_METHODS } from '../knowledge/loop-thread.ts';
import {
  type Binding,
  every,
  handoverAround,
  type InThread,
  isUnavoidable,
  type Kind,
  type Question,
  type Semantics,
} from '../semantics/index.ts';
import type { Call, Expr, FunctionDef, Lambda, Node } from '../syntax/index.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

/** Does the call do what only the loop's own thread may do? `function`: without that loop, it raises. */
export function loopThreadOnly(call: Call, context: Semantics): 'function' | 'method' | undefined {
  const { func, args } = call;
  const classes = func.kind === 'Attribute' ? (LOOP_THREAD_METHODS[func.attr] ?? []) : [];
  if (func.kind === 'Attribute' && classes.length > 0) {
    const isOneOf = (kind: Kind) =>
      kind.k === 'instance' && classes.some((cls) => context.derives(kind.cls, cls));
    if (every(kindInThread(func.value, context), isOneOf))
      return isMadeHere(func.value, context) ? undefined : 'method';
  }
  if (!LOOP_THREAD_FUNCTIONS.has(context.callee(call) ?? '')) return undefined;
  // What is a future already needs no loop; with a `loop=`, that loop is not this thread's.
  return args[0] !== undefined && isCoroutine(args[0], context) ? 'function' : undefined;
}

/** The same, wherever a function of the project leads to it on every run. */
export const TOUCHES_LOOP: Question = {
  key: 'does what only the thread of the loop may do',
  found: (call, inside) =>
    loopThreadOnly(call, inside) === undefined ? undefined : callName(call, inside),
  counts: (node, inside) => isUnavoidable(node, inside),
};

/** The code that runs in another thread, and how it comes to; `fn` may be a lambda, handed over itself. */
export interface OtherThread {
  readonly fn: FunctionDef | Lambda;
  readonly way: Pick<InThread, 'by' | 'from' | 'through'>;
}

/** The function around the node, when it certainly runs in another thread. */
export function otherThread(node: Node, context: Semantics): OtherThread | undefined {
  const fn = context.functionAround(node);
  if (fn?.kind === 'FunctionDef') {
    const id = context.idOf(fn);
    const way = id === undefined ? undefined : context.inThread(id);
    return way && { fn, way };
  }
  if (fn?.kind !== 'Lambda') return undefined;
  const handover = handoverAround(fn, context);
  return handover && { fn, way: { by: handover.by, from: null, through: [] } };
}

/** The kind of an expression; a parameter's is that of what its thread is given. */
export function kindInThread(expr: Expr, context: Semantics): Kind {
  const kind = context.kindOf(expr);
  if (kind.k !== 'unknown' || expr.kind !== 'Name') return kind;
  const [binding, ...others] = context.reaching(expr)?.bindings ?? [];
  return binding === undefined || others.length > 0 ? kind : kindOfHeld(binding, context);
}

/** The same of what a binding binds. */
export function kindOfHeld(binding: Binding, context: Semantics): Kind {
  const kind = context.kindOfBinding(binding);
  const { origin } = binding;
  if (kind.k !== 'unknown' || origin.how !== 'parameter' || origin.of.kind === 'Lambda')
    return kind;
  const id = context.idOf(origin.of);
  return (id === undefined ? undefined : context.inThread(id)?.given[origin.index]) ?? kind;
}

/** Is the object a local variable's, of a class that the function itself builds: nobody else waits for it yet? */
function isMadeHere(receiver: Expr, context: Semantics): boolean {
  if (receiver.kind !== 'Name') return false;
  const reaching = context.reaching(receiver);
  if (reaching === null || reaching.holder.node !== context.functionAround(receiver)) return false;
  return reaching.bindings.some(
    ({ origin }) =>
      origin.how === 'assign' &&
      origin.value.kind === 'Call' &&
      (context.kindOf(origin.value.func).k === 'class' ||
        (origin.value.func.kind === 'Attribute' && origin.value.func.attr === 'create_future')),
  );
}

/** Can the expression be written twice: a name, or attributes of one? */
export function isPlainPath(expr: Expr): boolean {
  let head = expr;
  while (head.kind === 'Attribute') head = head.value;
  return head.kind === 'Name';
}
