/** How messages name code. */
import { membersOf, type Semantics, shortName } from '../semantics/index.ts';
import type { Call, Expr } from '../syntax/index.ts';

/** « `envoyer()` »: how a message names a call, by what the reader wrote when that is short. */
export function callName(call: Call, semantics: Semantics): string {
  const written = semantics.text(call.func);
  if (/^[\p{L}\p{N}_.]{1,40}$/u.test(written)) return `${written}()`;
  if (call.func.kind === 'Attribute') return `${call.func.attr}()`;
  const kind = semantics.kindOf(call.func);
  return kind.k === 'function' ? `${shortName(kind.fn)}()` : '…()';
}

/** « `verrou` »: how a message names a value, as it is written when that is short. */
export function nameOf(expr: Expr, semantics: Semantics): string {
  const written = semantics.text(expr).replace(/\s+/g, ' ');
  if (written.length <= 50 && !written.includes('`')) return `\`${written}\``;
  const [member] = membersOf(semantics.kindOf(expr));
  return member?.k === 'instance' ? `Cet objet \`${shortName(member.cls)}\`` : 'Cet objet';
}
