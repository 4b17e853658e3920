/** Names that hold coroutines, for the rules on what becomes of these. */
import {
  type Binding,
  every,
  localReads,
  mayRead,
  type Semantics,
  scopeHolding,
  scopesOf,
} from '../semantics/index.ts';
import type { Call, Expr, Name } from '../syntax/index.ts';
import { coroutineUse, isOfCoroutines, isProvoked, valueUse } from './coroutine-uses.ts';
import type { FixContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';

/** Is it worth asking what the name holds? What is written tells: most are bound to no call, or in another chunk. */
export function mayHoldCoroutine(name: Name, { chunk }: Semantics): boolean {
  const from = scopesOf(chunk).nameScopes.get(name);
  if (from === undefined || from.kind === 'module') return from !== undefined;
  const bindings = scopeHolding(name.id, from)?.bindings.get(name.id);
  if (bindings === undefined) return false;
  let isCall = boundToCall.get(bindings);
  if (isCall === undefined) {
    isCall = bindings.some((binding) => callsOf([binding]) !== null);
    boundToCall.set(bindings, isCall);
  }
  return isCall;
}

const boundToCall = new WeakMap<readonly Binding[], boolean>();

/**
 * The calls whose coroutines a name certainly holds where it is read. Empty when it is the module's, whose
 * bindings stand elsewhere; null when it may hold something else, or is asked what it holds.
 */
export function heldBy(name: Name, context: Semantics): readonly Call[] | null {
  if (scopesOf(context.chunk).targets.has(name)) return null;
  if (areAskedAbout(readsOf(name, context), context)) return null;
  const reaching = context.reaching(name);
  if (reaching === null) {
    const kind = context.kindOf(name);
    // Only made by a function: what is annotated may hold None for a while.
    const isMade = every(kind, (member) => member.k === 'coroutine' && member.fn !== null);
    return isMade && context.scopeAround(name).kind === 'module' ? [] : null;
  }
  const calls = callsOf(reaching.bindings);
  if (calls === null || !calls.every((call) => isCoroutine(call, context))) return null;
  // `if x := f():` is spoken of at the call.
  return calls.some((call) => valueUse(call, context) !== null) ? null : calls;
}

/**
 * The calls whose coroutines a local name holds on some paths only, where no use that may see them could run
 * them or hand them on: each is told by `isMisuse`. Empty when there is none.
 */
export function heldAtTimes(
  name: Name,
  isMisuse: (use: Name, call: Call) => boolean,
  context: Semantics,
): readonly Call[] {
  const reaching = context.reaching(name);
  const bindings = reaching?.bindings ?? [];
  if (reaching === null || bindings.length < 2) return [];
  const reads = readsOf(name, context);
  if (areAskedAbout(reads, context)) return [];
  return bindings.flatMap((binding) => {
    const [call] = callsOf([binding]) ?? [];
    if (call === undefined || !isCoroutine(call, context)) return [];
    const uses = reads.filter((read) => mayRead(read, binding.node as Name, context));
    return uses.every((use) => isMisuse(use, call)) ? [call] : [];
  });
}

/** The reads of the name in its function, or in this chunk of the module. */
export function readsOf(name: Name, context: Semantics): readonly Name[] {
  const reaching = context.reaching(name);
  if (reaching !== null) return context.reads(name.id, reaching.holder);
  return scopesOf(context.chunk).nameReads.get(name.id) ?? [];
}

/** The calls that bind the name to coroutines, and all the uses of what it binds. */
export function holding(name: Name, context: FixContext): Holding {
  const reaching = context.reaching(name);
  const { bindings, source } = context.file.table;
  const binders = reaching?.bindings ?? (bindings.get(name.id) ?? []).map(({ item }) => item);
  const reads =
    reaching === null
      ? source.chunks.flatMap(({ chunk }) => scopesOf(chunk).nameReads.get(name.id) ?? [])
      : context
          .reads(name.id, reaching.holder)
          .filter((read) => context.reaching(read)?.bindings.some((b) => binders.includes(b)));
  const calls = binders.flatMap((binder) => callsOf([binder]) ?? []);
  return { calls: calls.filter((call) => isCoroutine(call, context.file.at(call))), reads };
}

export interface Holding {
  readonly calls: readonly Call[];
  readonly reads: readonly Name[];
}

/** The calls whose whole result each binding gives to this name alone; null when one does otherwise. */
function callsOf(bindings: readonly Binding[]): readonly Call[] | null {
  const calls: Call[] = [];
  for (const { origin } of bindings) {
    const value = origin.how === 'assign' || origin.how === 'annotated' ? origin.value : null;
    if (value?.kind !== 'Call' || (origin.how === 'assign' && origin.path.length > 0)) return null;
    if (value.parent?.kind === 'Assign' && value.parent.targets.length > 1) return null;
    calls.push(value);
  }
  return calls.length > 0 ? calls : null;
}

/**
 * The uses of the coroutine that `target` binds to a local name, when none of them can run it or hand it to
 * anybody: it is forgotten, and this binding is the one place to say so. Null otherwise.
 */
export function usesOfForgotten(target: Name, context: Semantics): readonly Name[] | null {
  const isDeleted = context
    .scopeAround(target)
    .bindings.get(target.id)
    ?.some(({ node }) => node.parent?.kind === 'Delete');
  const fn = context.functionAround(target);
  const isSharedOut = context
    .scopeAround(target)
    .bindings.get(target.id)
    ?.some(({ node }) => context.functionAround(node) !== fn);
  // Whoever deletes it knows what it is; another function may bind it anew.
  if (isDeleted || isSharedOut || isProvoked(target)) return null;
  const uses = localReads(target, context)?.filter((use) => mayRead(use, target, context)) ?? null;
  const isUseless = (use: Name) => {
    // Another function holds the name: what it does with it, and when, is not judged.
    if (context.functionAround(use) !== context.functionAround(target)) return false;
    const how = coroutineUse(use, context);
    return how === 'value' || how === 'dropped';
  };
  return uses?.every(isUseless) ? uses : null;
}

const ASKING =
  /^(?:inspect\.\w+|asyncio\.iscoroutine|asyncio\.isfuture|isinstance|hasattr|getattr|callable|type)$/;

/** For each way of seeing a chunk: each of a thousand uses asks about all. */
const asked = new WeakMap<Semantics, WeakMap<readonly Name[], boolean>>();

function areAskedAbout(reads: readonly Name[], context: Semantics): boolean {
  let known = asked.get(context);
  if (known === undefined) asked.set(context, (known = new WeakMap()));
  let are = known.get(reads);
  if (are === undefined) {
    are = reads.some((read) => isAskedAbout(read, context));
    known.set(reads, are);
  }
  return are;
}

/** Does the use show that its author knows a coroutine, or wonders? */
function isAskedAbout({ parent }: Name, context: Semantics): boolean {
  if (parent?.kind === 'Attribute') return isOfCoroutines(parent);
  if (parent?.kind !== 'Call') return false;
  const callee = context.callee(parent) ?? '';
  const [, classes] = parent.args;
  if (callee === 'isinstance' && classes !== undefined)
    return LIKE_COROUTINES.test(context.text(classes)) || !isWritten(classes);
  return ASKING.test(callee);
}

/** Names of types that a coroutine, or what is handled like one, is an instance of. */
const LIKE_COROUTINES =
  /awaitable|coro|future|task|generator|deferred|promise|hashable|object|callable|protocol|abc/i;

/** Are the classes named there, not worked out? */
function isWritten(classes: Expr): boolean {
  if (classes.kind === 'Tuple') return classes.elts.every(isWritten);
  let head = classes;
  while (head.kind === 'Attribute') head = head.value;
  const name = classes.kind === 'Attribute' ? classes.attr : head.kind === 'Name' ? head.id : '';
  return (
    head.kind === 'Name' &&
    /^(?:[A-Z]|(?:str|bytes|int|float|bool|tuple|list|dict|set)$)/.test(name)
  );
}
