/** The time limits of asyncio, and the exception that says they have expired. */
import type { Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** `asyncio.timeout(…)`, `asyncio.timeout_at(…)`. */
export function isTimeLimit(expr: Expr, context: Semantics): expr is Call {
  return expr.kind === 'Call' && /^asyncio\.timeout(?:_at)?$/.test(context.callee(expr) ?? '');
}

/** How a message names a time limit: as it is written, when that is short. */
export function limitName(limit: Call, context: Semantics): string {
  const written = context.text(limit);
  return written.length <= 40 && !/[\r\n]/.test(written)
    ? written
    : `${context.callee(limit) ?? ''}(…)`;
}
