/**
 * Coroutines that nothing runs: thrown away, forgotten under a name, taken for their results. `context` says
 * what is a coroutine: `context.presuming` says more than `context`.
 */
import { type Semantics, scopesOf } from '../semantics/index.ts';
import type { AnnAssign, Assign, Call, Expr, ExprStmt, Name, NamedExpr } from '../syntax/index.ts';
import { isProvoked, refusedByAnnotation, type ValueUse, valueUse } from './coroutine-uses.ts';
import { discardedCalls } from './discarded.ts';
import {
  heldAtTimes,
  heldBy,
  holding,
  mayHoldCoroutine,
  readsOf,
  usesOfForgotten,
} from './held-coroutines.ts';
import { insideGeneratorExpression } from './repairs.ts';
import type { FixContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';

/** The coroutines that an expression statement throws away. */
export function droppedIn({ value }: ExprStmt, context: Semantics): readonly Call[] {
  return discardedCalls(value).filter(
    (call) => !isDecorating(call, context) && isCoroutine(call, context),
  );
}

/** `app.get("/")(f)`: a decorator gives back the function, whatever its annotation says. */
function isDecorating({ func, args: [given, ...others], keywords }: Call, context: Semantics) {
  if (func.kind !== 'Call' || given === undefined || others.length + keywords.length > 0)
    return false;
  return context.kindOf(func).k === 'callable' && context.kindOf(given).k === 'function';
}

export interface Forgotten {
  readonly call: Call;
  readonly target: Name;
  /** Where the object serves, and not its result. */
  readonly uses: readonly Name[];
}

/** The coroutines that a statement binds to names under which nothing runs them. */
export function forgottenIn(
  statement: Assign | AnnAssign | NamedExpr,
  context: Semantics,
): readonly Forgotten[] {
  return boundIn(statement).flatMap(([target, call]) => {
    if (target.kind !== 'Name' || call.kind !== 'Call' || !isCoroutine(call, context)) return [];
    const uses = usesOfForgotten(target, context);
    return uses === null ? [] : [{ call, target, uses }];
  });
}

/** `a, b = f(), g()` binds each name to its own value. */
function boundIn(statement: Assign | AnnAssign | NamedExpr): readonly (readonly [Expr, Expr])[] {
  if (statement.kind === 'AnnAssign')
    return statement.value === null ? [] : [[statement.target, statement.value]];
  if (statement.kind === 'NamedExpr')
    return statement.parent?.kind === 'Expr' ? [[statement.target, statement.value]] : [];
  const { targets, value } = statement;
  const [target] = targets;
  if (target === undefined || targets.length > 1) return [];
  if (target.kind !== 'Tuple' || value.kind !== 'Tuple') return [[target, value]];
  const isPlain = [...target.elts, ...value.elts].every(({ kind }) => kind !== 'Starred');
  if (!isPlain || target.elts.length !== value.elts.length) return [];
  return target.elts.map((name, at) => [name, value.elts[at]!]);
}

/** What becomes of a call's coroutine that is taken for its result there and then. */
export function misuseOfCall(call: Call, context: Semantics): ValueUse | null {
  const use = valueUse(call, context);
  if (use === null || !isCoroutine(call, context) || isProvoked(call)) return null;
  // What nothing ever runs is spoken of by another rule.
  return call.parent?.kind === 'AnnAssign' && isForgotten(call, context) ? null : use;
}

export interface MisusedName {
  readonly use: ValueUse;
  /** The calls that made it; none when it is the module's, whose bindings stand elsewhere. */
  readonly held: readonly Call[];
  /** Does it hold something else on other paths? */
  readonly isAtTimes: boolean;
}

/** The same of what a name holds, at the first use that tells. */
export function misuseOfName(name: Name, context: Semantics): MisusedName | null {
  if (!mayHoldCoroutine(name, context)) return null;
  const use = valueUse(name, context);
  if (use === null) return misuseAtTimes(name, context);
  const held = heldBy(name, context);
  if (held === null || !isFirst(name, held, context) || isProvoked(name)) return null;
  // What nothing ever runs is spoken of where it is bound.
  return held.some((call) => isForgotten(call, context)) ? null : { use, held, isAtTimes: false };
}

/** What an annotation refuses on some paths: `if r is None: r = f()`, then `return r`. */
function misuseAtTimes(name: Name, context: Semantics): MisusedName | null {
  if (name.parent?.kind !== 'Return' || isProvoked(name)) return null;
  const refused = (use: Name, call: Call) => refusedByAnnotation(use, call, context);
  const held = heldAtTimes(name, (use, call) => refused(use, call) !== null, context);
  const use = held[0] === undefined ? null : refused(name, held[0]);
  return use === null ? null : { use, held, isAtTimes: true };
}

function isForgotten({ parent }: Call, context: Semantics): boolean {
  const target =
    parent?.kind === 'Assign'
      ? parent.targets[0]
      : parent?.kind === 'AnnAssign' || parent?.kind === 'NamedExpr'
        ? parent.target
        : undefined;
  return target?.kind === 'Name' && usesOfForgotten(target, context) !== null;
}

/**
 * One finding for what a name holds. A certain one always tells; another, when nothing else is done with
 * the coroutine, which may be shown or looked up on purpose.
 */
function isFirst(name: Name, held: readonly Call[], context: Semantics): boolean {
  const reads = readsOf(name, context);
  const isOnlyValue =
    reads.every((read) => valueUse(read, context) !== null) &&
    (held.length > 0 || !context.isNameReadElsewhere(name.id));
  const tells = (read: Name) => isOnlyValue || (valueUse(read, context)?.isCertain ?? false);
  const isEarlier = (read: Name) =>
    read.start < name.start &&
    tells(read) &&
    (held.length === 0 || (heldBy(read, context)?.some((call) => held.includes(call)) ?? false));
  return tells(name) && !reads.some(isEarlier);
}

export interface ToAwait {
  readonly calls: readonly [Call, ...Call[]];
  /** Uses of what they give as if it were a result. */
  readonly uses: readonly (Name | Call)[];
  /** It is also used as the coroutine that it is: awaited further down, handed on. */
  readonly isMixed: boolean;
}

/** The calls to await for a coroutine taken for its result, at the call or under a name; null where none can be. */
export function callsToAwait(node: Call | Name, context: FixContext): ToAwait | null {
  const { calls, reads } =
    node.kind === 'Call' ? { calls: [node], reads: [] } : holding(node, context);
  const [call, ...others] = calls;
  if (call === undefined || calls.some(insideGeneratorExpression)) return null;
  const isMixed = reads.some((read) => valueUse(read, context.file.at(read)) === null);
  return {
    calls: [call, ...others],
    uses: node.kind === 'Call' ? calls : reads,
    isMixed: isMixed || isWalrusAwaited(call, context),
  };
}

/** Is the name that `if x := f():` binds awaited further down? */
function isWalrusAwaited(call: Call, context: Semantics): boolean {
  if (call.parent?.kind !== 'NamedExpr') return false;
  const { target } = call.parent;
  const reads = scopesOf(context.chunk).nameReads.get(target.id) ?? [];
  return reads.some(({ parent }) => parent?.kind === 'Await');
}
