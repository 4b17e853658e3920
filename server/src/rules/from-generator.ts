/** The repair that turns a coroutine of old, a generator with `yield from`, into an `async def`. */
import { bodyFacts } from '../semantics/index.ts';
import type { Expr, FunctionDef } from '../syntax/index.ts';
import type { Edits } from './edits.ts';

/**
 * `yield from x` becomes `await x`, and the decorator that made it a coroutine goes. Abandoned where the
 * generator yields otherwise, or is no plain function.
 */
export function makeCoroutine(edits: Edits, fn: FunctionDef, decorator?: Expr): void {
  const { yields, isDamaged } = bodyFacts(fn);
  const isSpecial = fn.kind !== 'FunctionDef' || /^__\w+__$/.test(fn.name);
  if (isDamaged || isSpecial) edits.abandon();
  if (decorator !== undefined) edits.removeLines(decorator);
  edits.insertBefore(fn, 'async ');
  for (const node of yields) {
    // `with (yield from lock):` is another construct.
    if (node.kind !== 'YieldFrom' || node.parent?.kind === 'withitem') {
      edits.abandon();
      return;
    }
    edits.replaceRange(node, node.start, node.value.start, `await ${opening(node.value)}`);
    if (opening(node.value) !== '') edits.insertAfter(node.value, ')');
  }
}

/** `await` binds tighter than `yield from` does. */
function opening({ kind }: Expr): string {
  return ['Call', 'Name', 'Attribute', 'Subscript'].includes(kind) ? '' : '(';
}
