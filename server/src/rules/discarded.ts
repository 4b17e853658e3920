/** Where what a call gives back, or a callback returns, is thrown away. */
import type { Semantics } from '../semantics/index.ts';
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

/** Does the call hand callbacks to the loop, a task or a future, which throw away what they return? */
export function dropsResults(call: Call, context: Semantics): boolean {
  return /^asyncio\.\w+\.(call_soon|call_soon_threadsafe|call_later|call_at|add_done_callback|add_signal_handler|add_reader|add_writer)$/.test(
    context.callee(call) ?? '',
  );
}
