/** What goes through a value one item at a time, and what can be gone through that way. */
import type { Kind, Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** Is it certain that values of the kind can be gone through with `async for`, and not with `for`? */
export function isOnlyAsync(kind: Kind, context: Semantics): boolean {
  if (kind.k === 'asyncGenerator') return true;
  if (kind.k !== 'instance' || !has(kind, '__aiter__', context)) return false;
  return ['__iter__', '__getitem__'].every((name) => context.member(kind, name) === undefined);
}

/** Is it certain that values of the kind can be gone through with `for`, and not with `async for`? */
export function isOnlySync(kind: Kind, context: Semantics): boolean {
  return (
    kind.k === 'instance' &&
    has(kind, '__iter__', context) &&
    context.member(kind, '__aiter__') === undefined
  );
}

function has(kind: Kind, name: string, context: Semantics): boolean {
  const member = context.member(kind, name);
  return member !== undefined && member.k !== 'unknown';
}

/** `all`: it needs each value before it answers; `lazy`: it asks for the next one when it wants it. */
export type Need = 'all' | 'lazy';

/** How a standard function goes through the argument; null when it does not, or is another's. */
export function needOf(call: Call, argument: Expr, context: Semantics): Need | null {
  const { func, args } = call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  const place = args.indexOf(argument);
  if (place < 0 || !/^[a-zA-Z]+$/.test(name)) return null;
  const callee = context.callee(call) ?? '';
  if (FIRST_WHOLE.test(callee)) return place === 0 ? 'all' : null;
  if (/^(?:min|max)$/.test(callee)) return args.length === 1 ? 'all' : null;
  if (callee === 'iter') return args.length === 1 ? 'lazy' : null;
  if (FIRST.test(callee)) return place === 0 ? 'lazy' : null;
  const isSoughtOut = EACH.test(callee) || (place > 0 && SECOND.test(callee));
  return isSoughtOut ? 'lazy' : null;
}

const FIRST_WHOLE =
  /^(?:list|tuple|set|frozenset|dict|sum|sorted|str\.join|list\.extend|set\.update|collections\.(?:deque|Counter))$/;
const FIRST = /^(?:any|all|enumerate|itertools\.islice)$/;
const EACH = /^(?:zip|itertools\.chain)$/;
const SECOND = /^(?:map|filter)$/;
