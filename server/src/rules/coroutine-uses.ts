/** What becomes of a coroutine where an expression denotes it: shared by the rules on coroutines. */
import { isProjectId, localReads, mayRead, membersOf, type Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type Name,
  type Node,
  type WithItem,
} from '../syntax/index.ts';
import type { Related } from './rule.ts';

export type CoroutineUse =
  /** Awaited, or handed to what runs it. */
  | 'started'
  /** Taken for its result: compared, tested, printed, subscripted… */
  | 'value'
  /** The whole of an expression statement. */
  | 'dropped'
  /** Stored, passed on, returned, closed: somebody else may see to it. */
  | 'kept';

export function coroutineUse(expr: Expr, context: Semantics): CoroutineUse {
  if (isStarted(expr, context)) return 'started';
  for (let used: Expr = expr; ; ) {
    const { parent } = used;
    switch (parent?.kind) {
      case 'Expr':
        return 'dropped';
      case 'BoolOp':
        // A coroutine is true: `c and x` gives `x`.
        if (parent.op === 'and' && parent.values.at(-1) !== used) return 'value';
        used = parent;
        continue;
      case 'IfExp':
        if (parent.test === used) return 'value';
        used = parent;
        continue;
      case 'Call':
        return parent.func === used || READERS.test(context.callee(parent) ?? '')
          ? 'value'
          : 'kept';
      case 'Attribute':
        return OF_COROUTINES.test(parent.attr) ? 'kept' : 'value';
      case 'Subscript':
        return parent.value === used ? 'value' : 'kept';
      case 'BinOp':
        // The other operators are often given another meaning: `group << c`.
        return ARITHMETIC.has(parent.op) ? 'value' : 'kept';
      case 'Assign':
        return parent.targets.some(({ kind }) => kind === 'Tuple' || kind === 'List')
          ? 'value'
          : 'kept';
      case 'AugAssign':
        return parent.target === used ? 'value' : 'kept';
      case 'FormattedValue':
        // `{c!r}` shows what the object is.
        return parent.conversion === 'r' || parent.conversion === 'a' ? 'kept' : 'value';
      case 'Compare':
      case 'UnaryOp':
      case 'If':
      case 'While':
      case 'Assert':
      case 'For':
      case 'AsyncFor':
      case 'comprehension':
      case 'Starred':
      case 'withitem':
      case 'Raise':
        return 'value';
      default:
        return 'kept';
    }
  }
}

/** Is what the expression gives awaited there, or handed to what awaits it? */
export function isStarted(expr: Expr, semantics: Semantics): boolean {
  const { parent } = expr;
  if (parent?.kind === 'Await') return true;
  return parent?.kind === 'Call' && awaitablesGiven(parent, semantics).includes(expr);
}

/** The arguments of a call that asyncio awaits, by itself or as a task. */
export function awaitablesGiven(call: Call, semantics: Semantics): readonly Expr[] {
  const { func, args } = call;
  if (args.length === 0 || (func.kind === 'Attribute' && !STARTERS.test(func.attr))) return [];
  const callee = semantics.callee(call) ?? '';
  if (!callee.startsWith('asyncio.') || !STARTERS.test(callee)) return [];
  return callee.endsWith('.gather') ? args : args.slice(0, 1);
}

const STARTERS =
  /(?:^|\.)(?:run|run_until_complete|create_task|ensure_future|gather|shield|wait_for|run_coroutine_threadsafe)$/;

/** Callables that read their arguments and hand them to nobody. */
const READERS =
  /^(?:print|str|format|len|int|float|bool|bytes|abs|round|sum|sorted|iter|next|list|tuple|set|frozenset|dict|range|enumerate|any|all|json\.dumps|logging\.(?:Logger\.|LoggerAdapter\.)?(?:debug|info|warning|error|critical|exception|log))$/;

/** What a coroutine has itself, `cr_frame` and `__name__` included. */
const OF_COROUTINES = /^(?:send|throw|close|cr_\w+|__\w+__)$/;

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', '%', '**']);

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

/** Does a test expect what Python says of it: `with pytest.raises(RuntimeError):`? */
export function isProvoked(node: Node): boolean {
  const expects = ({ context_expr }: WithItem) => {
    if (context_expr.kind !== 'Call') return false;
    const { func } = context_expr;
    const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
    return /^(?:(?:assert)?_?(?:raises|warns)|suppress$)/i.test(name);
  };
  return [...ancestors(node)].some(
    (around) => around.kind === 'With' && around.items.some(expects),
  );
}

/** `g.aclose()`, `g.asend(…)` give what can only be awaited: no task can be made of it. */
export function canBeTask(call: Call, context: Semantics): boolean {
  return call.func.kind !== 'Attribute' || context.kindOf(call.func.value).k !== 'asyncGenerator';
}

/** Where the coroutine function that is called is defined, when the project defines it. */
export function definitionRelated(call: Call, context: Semantics): Related[] {
  const callee = membersOf(context.kindOf(call.func)).find((kind) => kind.k === 'function');
  if (callee?.k !== 'function' || !isProjectId(callee.fn)) return [];
  return [{ at: { definition: callee.fn }, message: 'Elle est définie ici, avec `async def`.' }];
}
