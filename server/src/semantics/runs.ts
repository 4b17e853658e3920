/** What a loop is run for. */
import { ancestors, type Expr, type Node, walk } from '../syntax/index.ts';
import type { Semantics } from './index.ts';
import { isProjectId } from './kinds.ts';
import { isRepeated } from './loops.ts';

/** A coroutine function of the project that a call runs to its end: `asyncio.run(main())`. */
export interface Run {
  readonly id: string;
  /** Public name of what runs it. */
  readonly by: string;
  /** Identifier of the function that holds the call; null at module level. */
  readonly from: string | null;
  /** Does nothing decide whether the call is made, where it stands? */
  readonly isSure: boolean;
  readonly isRepeated: boolean;
}

/** The last names of what runs a coroutine. */
export const RUNNING_NAMES: ReadonlySet<string> = new Set(['run', 'run_until_complete']);

export function runsIn(body: readonly Node[], semantics: Semantics): readonly Run[] {
  const runs: Run[] = [];
  walk(body, (node) => {
    if (node.kind !== 'Call' || node.args[0] === undefined) return;
    if (node.func.kind === 'Attribute' && !RUNNING_NAMES.has(node.func.attr)) return;
    const by = semantics.callee(node) ?? '';
    if (!/^asyncio\.(?:run|(?:\w+\.)+run|(?:\w+\.)+run_until_complete)$/.test(by)) return;
    const given = semantics.kindOf(node.args[0]);
    if (given.k !== 'coroutine' || given.fn === null || !isProjectId(given.fn)) return;
    const fn = semantics.functionAround(node);
    const from = fn === null || fn.kind === 'Lambda' ? null : (semantics.idOf(fn) ?? null);
    runs.push({ id: given.fn, by, from, isSure: isSure(node), isRepeated: isRepeated(node) });
  });
  return runs;
}

/** Is the test `__name__ == "__main__"`? */
export function isMainGuard(test: Expr): boolean {
  return test.kind === 'Compare' && test.left.kind === 'Name' && test.left.id === '__name__';
}

function isSure(node: Node): boolean {
  for (const parent of ancestors(node)) {
    if (parent.kind === 'FunctionDef' || parent.kind === 'AsyncFunctionDef') return true;
    if (parent.kind === 'If' ? !isMainGuard(parent.test) : DECIDES.has(parent.kind)) return false;
  }
  return true;
}

const DECIDES: ReadonlySet<string> = new Set([
  'IfExp',
  'BoolOp',
  'Match',
  'ExceptHandler',
  'While',
  'Lambda',
]);
