/** Where what a call gives back, or a callback returns, is thrown away. */
import { handedBy, type Semantics } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** The calls whose results an expression statement throws away. */
export function discardedCalls(value: Expr): readonly Call[] {
  const calls: Call[] = [];
  const pending: Expr[] = [value];
  for (let expr = pending.pop(); expr !== undefined; expr = pending.pop()) {
    switch (expr.kind) {
      case 'Call':
        calls.push(expr);
        break;
      case 'Tuple':
      case 'List':
      case 'Set':
        pending.push(...expr.elts);
        break;
      case 'ListComp':
      case 'SetComp':
        pending.push(expr.elt);
        break;
      case 'DictComp':
        pending.push(expr.value);
        break;
      case 'IfExp':
        pending.push(expr.body, expr.orelse);
        break;
      case 'BoolOp':
        // The operands before the last are tested, not thrown away.
        pending.push(expr.values.at(-1)!);
        break;
    }
  }
  return calls;
}

/** Does the call hand a callback to the loop, a task or a future, which throws away what it returns? */
export function dropsResults(call: Call, context: Semantics): boolean {
  const taker = handedBy(call, context)?.taker;
  return taker?.runs === 'loop' && taker.result === 'dropped';
}
