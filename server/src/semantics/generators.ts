/** Asynchronous generators: what they hold while suspended, and what advances them. */
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  type Stmt,
} from '../syntax/index.ts';
import { type BodyFacts, bodyFacts } from './bodies.ts';
import type { Semantics } from './index.ts';
import { every, isProjectId, type Kind, membersOf } from './kinds.ts';

export function isAsyncGenerator(kind: Kind): boolean {
  return every(kind, (member) => member.k === 'asyncGenerator');
}

/** Does a generator hold something to release where it yields? */
export type Cleanup = 'yes' | 'no' | 'unknown';

/** `yes` when one of the possible generators does, `no` when all are known not to. */
export function cleanupOf(kind: Kind, semantics: Semantics): Cleanup {
  const answers = membersOf(kind).map((member): Cleanup => {
    if (member.k !== 'asyncGenerator' || member.fn === null || !isProjectId(member.fn))
      return 'unknown';
    const holds = (fn: FunctionDef) => yieldsUnderCleanup(fn).length > 0;
    return semantics.summary(member.fn, 'yields under cleanup', holds) ? 'yes' : 'no';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.every((answer) => answer === 'no') ? 'no' : 'unknown';
}

/** The function's yields that stand in a `with`, or that a `finally` follows. */
export function yieldsUnderCleanup(fn: FunctionDef): BodyFacts['yields'] {
  return bodyFacts(fn).yields.filter((node) => {
    let child: Node = node;
    for (const parent of ancestors(node)) {
      if (parent === fn) return false;
      if (parent.kind === 'With' || parent.kind === 'AsyncWith') return true;
      const isTry = parent.kind === 'Try' || parent.kind === 'TryStar';
      if (isTry && parent.finalbody.length > 0 && !parent.finalbody.includes(child as Stmt))
        return true;
      child = parent;
    }
    return false;
  });
}

/** The generator that a call advances by one step: `g` of `anext(g)`, `g.__anext__()`, `g.asend(x)`. */
export function steppedBy(call: Call, semantics: Semantics): Expr | null {
  const { func, args } = call;
  if (func.kind === 'Attribute')
    return func.attr === '__anext__' || func.attr === 'asend' ? func.value : null;
  const isNext = func.kind === 'Name' && func.id === 'anext' && semantics.callee(call) === 'anext';
  return isNext ? (args[0] ?? null) : null;
}
