/** What starts a task, and what may be done with one: shared by the rules on tasks. */
import {
  bodyFacts,
  every,
  isProjectId,
  type Kind,
  leavesUnread,
  membersOf,
  type Semantics,
} from '../semantics/index.ts';
import type { Attribute, Call, Expr, FunctionDef, Name } from '../syntax/index.ts';

/** Calls that start something running in the background and hand back the only sure hold on it. */
const STARTERS: ReadonlySet<string> = new Set([
  'asyncio.create_task',
  'asyncio.ensure_future',
  'asyncio.gather',
  'asyncio.run_coroutine_threadsafe',
  'asyncio.shield',
  'asyncio.wrap_future',
]);

const LOOP_STARTERS: ReadonlySet<string> = new Set(['create_task', 'run_in_executor']);

export interface Started {
  /** The name a reader knows it by: `asyncio.create_task`, `loop.create_task`. */
  readonly name: string;
  /** The coroutine handed over, when that is what is started. */
  readonly coroutine: Expr | null;
}

/** What the call starts; null when it starts nothing, or something that others keep. */
export function startedBy(call: Call, context: Semantics): Started | null {
  const callee = context.callee(call);
  const method = call.func.kind === 'Attribute' ? call.func.attr : '';
  const isStarter = callee !== undefined && STARTERS.has(callee);
  if (!isStarter && !LOOP_STARTERS.has(method)) return null;
  const [first = null] = call.args;
  const known = first !== null && isCoroutine(first, context) ? first : null;
  // All that `create_task` takes is coroutines.
  const isTaken =
    first !== null && first.kind !== 'Starred' && context.kindOf(first).k === 'unknown';
  if (isStarter) {
    const coroutine = isTaken && callee === 'asyncio.create_task' ? first : known;
    if (callee === 'asyncio.gather') return { name: callee, coroutine: null };
    // A task is handed back as it is; what may be one is only protected by `shield`.
    if (callee === 'asyncio.shield' && coroutine === null) return null;
    if (first !== null && membersOf(context.kindOf(first)).some((kind) => isFuture(kind, context)))
      return null;
    return { name: callee, coroutine };
  }
  const name = context.text(call.func);
  const receiver = (call.func as Attribute).value;
  const creates = method === 'create_task';
  if (isLoop(context.kindOf(receiver), context))
    return { name, coroutine: isTaken && creates ? first : known };
  // A loop that nobody typed (`self.bot.loop`) still shows itself by what it is called and given.
  const last =
    receiver.kind === 'Attribute' ? receiver.attr : receiver.kind === 'Name' ? receiver.id : '';
  const looksLikeLoop =
    /(^|_)(loop|boucle)$/.test(last) && context.kindOf(receiver).k === 'unknown';
  return looksLikeLoop && creates && known !== null ? { name, coroutine: known } : null;
}

/** A task fresh from a function of the project that returns it without keeping it. */
export function startedByHelper(call: Call, context: Semantics): boolean {
  const callee = context.kindOf(call.func);
  if (callee.k !== 'function' || !isProjectId(callee.fn)) return false;
  return context.summary(callee.fn, 'returns a fresh task', returnsFreshTask);
}

function returnsFreshTask(fn: FunctionDef, inside: Semantics): boolean {
  if (fn.kind === 'AsyncFunctionDef' || inside.flow(fn)?.fallsThrough !== false) return false;
  const { returns } = bodyFacts(fn);
  return returns.length > 0 && returns.every(({ value }) => isFreshTask(value, inside));
}

/** `create_task(…)`, or a local name that holds one and that nothing else uses. */
function isFreshTask(value: Expr | null, inside: Semantics): boolean {
  if (value?.kind === 'Call') return (startedBy(value, inside)?.coroutine ?? null) !== null;
  if (value?.kind !== 'Name') return false;
  const reaching = inside.reaching(value);
  if (reaching === null || reaching.holder.kind !== 'function') return false;
  const others = inside.reads(value.id, reaching.holder).filter((read) => read !== value);
  return (
    others.every((read) => useOf(read, inside) === 'ignored') &&
    reaching.bindings.every(
      ({ origin }) =>
        origin.how === 'assign' &&
        origin.path.length === 0 &&
        origin.value.kind === 'Call' &&
        isFreshTask(origin.value, inside),
    )
  );
}

export function isCoroutine(expr: Expr, context: Semantics): boolean {
  return every(context.kindOf(expr), (kind) => kind.k === 'coroutine');
}

export function isFuture(kind: Kind, context: Semantics): boolean {
  return every(kind, (k) => k.k === 'instance' && context.derives(k.cls, 'asyncio.Future'));
}

export function isLoop(kind: Kind, context: Semantics): boolean {
  return every(
    kind,
    (k) => k.k === 'instance' && context.derives(k.cls, 'asyncio.AbstractEventLoop'),
  );
}

/** How a use of a task's name treats the task. */
export type Use =
  /** Its result or exception may be looked at, by this code or by whoever it is handed to. */
  | 'consumed'
  /** Only asked about, or cancelled: its exception stays unseen. */
  | 'ignored'
  | 'cancelled';

const HARMLESS_METHODS: ReadonlySet<string> = new Set([
  'done',
  'cancelled',
  'get_name',
  'set_name',
  'get_coro',
  'get_loop',
  'get_context',
  'get_stack',
  'print_stack',
]);

export function useOf(name: Name, context: Semantics): Use {
  const { parent } = name;
  if (parent?.kind === 'Expr') return 'ignored';
  if (parent?.kind !== 'Attribute') return 'consumed';
  if (parent.attr === 'cancel') return 'cancelled';
  if (HARMLESS_METHODS.has(parent.attr)) return 'ignored';
  const call = parent.parent;
  const [callback] = call?.kind === 'Call' && parent.attr === 'add_done_callback' ? call.args : [];
  return callback !== undefined && isBlind(callback, context) ? 'ignored' : 'consumed';
}

/** Does the callback leave the task it is given unread: `kept.discard`, `lambda _: …`? */
function isBlind(callback: Expr, context: Semantics): boolean {
  const isRemoval =
    callback.kind === 'Attribute' && (callback.attr === 'discard' || callback.attr === 'remove');
  return isRemoval || leavesUnread(callback, 0, context);
}
