/** Waits that last until somebody else does something, with no limit of time: here, or through a coroutine. */
import { isOpenWaitName, openWait } from '../knowledge/waits.ts';
import {
  bodyFacts,
  isProjectId,
  isUnavoidable,
  localReads,
  type Semantics,
} from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Name,
  type Node,
  walk,
} from '../syntax/index.ts';
import { isCleanup } from './groups.ts';
import { isBoundedQueue } from './queues.ts';
import { startedBy } from './tasks.ts';

export interface Waiting {
  /** French, after « attend »: what is waited for; null when a function of the project does it. */
  readonly until: string | null;
  /** Identifier of that function. */
  readonly through: string | null;
}

/** Does awaiting the expression wait for somebody whom nothing, in the block before it, asks to come to an end? */
export function waitingFor(
  awaited: Expr,
  block: readonly Node[],
  context: Semantics,
): Waiting | null {
  if (awaited.kind === 'Name') {
    const isLeft = isTaskLeftAlone(awaited, context) && !isAskedFor(awaited, block, context);
    return isLeft ? { until: 'que cette tâche se termine', through: null } : null;
  }
  if (awaited.kind !== 'Call') return null;
  const { func } = awaited;
  const wait =
    func.kind === 'Attribute' && isOpenWaitName(func.attr)
      ? openWait(context.callee(awaited) ?? '')
      : undefined;
  if (wait === undefined || func.kind !== 'Attribute') return waitingThrough(awaited, context);
  if (wait.canBeAskedFor && isAskedFor(awaited, block, context)) return null;
  if (wait.isOfBoundedQueue && !isBoundedQueue(func.value, context)) return null;
  if (isLookedAtFirst(func.value, awaited, context) || isStopped(func.value, awaited, context))
    return null;
  return { until: wait.until, through: null };
}

/** A coroutine of the project that, whatever happens, comes to such a wait. */
function waitingThrough(call: Call, context: Semantics): Waiting | null {
  const { func } = call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  // Whoever closes something knows how long that takes.
  if (isCleanup(name)) return null;
  const kind = context.kindOf(func);
  if (kind.k !== 'function' || !isProjectId(kind.fn)) return null;
  const waits = context.summary(kind.fn, 'waits for somebody else', waitsOpenly);
  return waits ? { until: null, through: kind.fn } : null;
}

function waitsOpenly(fn: FunctionDef, inside: Semantics): boolean {
  if (fn.kind !== 'AsyncFunctionDef' || bodyFacts(fn).yields.length > 0) return false;
  let found = false;
  walk(fn.body, (node) => {
    if (found || node.kind !== 'Await' || inside.functionAround(node) !== fn) return;
    if (!isUnavoidable(node, inside) || isLimited(node, fn, inside)) return;
    found = waitingFor(node.value, fn.body, inside) !== null;
  });
  return found;
}

/** Does something between the node and `outer` set a limit, or wait for less than it seems? */
export function isLimited(node: Node, outer: Node, context: Semantics): boolean {
  for (const around of ancestors(node)) {
    if (around === outer) return false;
    if (around.kind === 'With' || around.kind === 'AsyncWith')
      if (around.items.some(({ context_expr: e }) => LIMITS.test(context.text(e)))) return true;
  }
  return false;
}

const LIMITS = /timeout|deadline|limit|move_on|fail_after|CancelScope|shield/i;

/** Is anything told, just before, to come to an end: a signal, a sentinel, a flag? */
function isAskedFor(awaited: Expr, block: readonly Node[], context: Semantics): boolean {
  let found = false;
  walk(block, (node) => {
    if (node.start >= awaited.start) return;
    if (node.kind === 'Assign' && node.targets.some(({ kind }) => kind === 'Attribute'))
      found = true;
    if (node.kind !== 'Call') return;
    const name = node.func.kind === 'Attribute' ? node.func.attr : context.text(node.func);
    if (isCleanup(name) || SIGNALS.test(name)) found = true;
  });
  return found;
}

const SIGNALS = /^(?:set|put|put_nowait|notify|notify_all|write_eof|send|send_signal|abort)$/;

/** `while not file.empty(): await file.get()` */
function isLookedAtFirst(queue: Expr, call: Call, context: Semantics): boolean {
  const written = context.text(queue);
  for (const around of ancestors(call)) {
    if (around.kind === 'AsyncFunctionDef') break;
    if (around.kind !== 'If' && around.kind !== 'While') continue;
    const test = context.text(around.test);
    if (test.includes(written) && /\b(?:empty|full|qsize|maxsize)\b/.test(test)) return true;
  }
  return false;
}

/** Is the process told to end anywhere before? */
function isStopped(child: Expr, call: Call, context: Semantics): boolean {
  const fn = context.functionAround(call);
  const written = context.text(child);
  let found = false;
  if (fn?.kind === 'AsyncFunctionDef')
    walk(fn.body, (node) => {
      if (node.kind !== 'Call' || node.start >= call.start) return;
      // `processus.kill()`, `os.killpg(processus.pid, …)`
      if (/kill|terminate|stop|signal/i.test(context.text(node.func)))
        if (context.text(node).includes(written)) found = true;
    });
  return found;
}

/** A task that this function started, and that nothing in it ever cancels. */
function isTaskLeftAlone(name: Name, context: Semantics): boolean {
  const [binding, ...others] = context.reaching(name)?.bindings ?? [];
  if (binding?.node.kind !== 'Name' || others.length > 0) return false;
  const { origin, node } = binding;
  if (origin.how !== 'assign' || origin.path.length > 0 || origin.value.kind !== 'Call')
    return false;
  const isTask = startedBy(origin.value, context)?.coroutine != null;
  const reads = isTask ? localReads(node as Name, context) : null;
  // Whoever else has it may cancel it.
  return reads?.every(({ parent }) => parent?.kind === 'Await' || isQuestion(parent)) ?? false;
}

function isQuestion(parent: Node | null): boolean {
  return parent?.kind === 'Attribute' && /^(?:done|get_name|set_name)$/.test(parent.attr);
}
