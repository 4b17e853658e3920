/** How messages name code. */
import { type Kind, membersOf, type Semantics, shortName } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** « `envoyer()` »: how a message names a call, by what the reader wrote when that is short. */
export function callName(call: Call, semantics: Semantics): string {
  const written = semantics.text(call.func);
  if (/^[\p{L}\p{N}_.]{1,40}$/u.test(written)) return `${written}()`;
  if (call.func.kind === 'Attribute') return `${call.func.attr}()`;
  const kind = semantics.kindOf(call.func);
  return kind.k === 'function' ? `${shortName(kind.fn)}()` : '…()';
}

/** How an annotation would write the type of a value. */
export function typeName(kind: Kind): string {
  switch (kind.k) {
    case 'none':
      return 'None';
    case 'instance':
      return shortName(kind.cls);
    case 'class':
      return `type[${shortName(kind.cls)}]`;
    case 'union':
      return membersOf(kind).map(typeName).join(' | ');
    case 'callable':
      return 'Callable';
    default:
      return '…';
  }
}

/** The same for any expression. */
export function exprName(expr: Expr, semantics: Semantics): string {
  if (expr.kind === 'Call') return callName(expr, semantics);
  const written = semantics.text(expr);
  if (/^[\p{L}\p{N}_.]{1,40}$/u.test(written)) return written;
  return expr.kind === 'Attribute' ? expr.attr : '…';
}
