/** The clauses that run while a task is being cancelled. */
import { bodyFacts, type Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type ExceptHandler,
  type FunctionDef,
  type Node,
  type Stmt,
  type Try,
} from '../syntax/index.ts';
import { cancellationCaught, isExposed, mayCatch, waitsIn } from './cancellation.ts';

/** A `finally`, or an `except` that catches the cancellation. */
export interface Clause {
  readonly of: Try | ExceptHandler;
  readonly around: Try;
  readonly keyword: 'finally' | 'except';
}

/** The innermost one that holds the node, in its function. */
export function clauseAround(node: Node, context: Semantics): Clause | null {
  let child = node;
  for (const of of ancestors(node)) {
    if (OPENS_SCOPE.test(of.kind)) return null;
    const isTry = of.kind === 'Try' || of.kind === 'TryStar';
    if (isTry && of.finalbody.includes(child as Stmt))
      return { of, around: of, keyword: 'finally' };
    const around = of.parent;
    if (of.kind === 'ExceptHandler' && around?.kind === 'Try')
      if (around.handlers.find((one) => mayCatch(one, context)) === of)
        if (cancellationCaught(of.type, context) !== null) return { of, around, keyword: 'except' };
    child = of;
  }
  return null;
}

const OPENS_SCOPE = /^(?:FunctionDef|AsyncFunctionDef|Lambda|ClassDef)$/;

/** Does a condition on the way say when: unless cancelled, once it succeeded? */
export function isChosen(node: Node, { of }: Clause, context: Semantics): boolean {
  for (const around of ancestors(node)) {
    if (around === of) return false;
    if (around.kind === 'If' && OUTCOME.test(context.text(around.test))) return true;
  }
  return false;
}

const OUTCOME = /cancel|annul|exc|err|fail|ok|succ|abort|isinstance|type\(/i;

/** May the cancellation of the coroutine come there? */
export function isReachedByCancellation(
  { around, keyword }: Clause,
  fn: FunctionDef,
  context: Semantics,
): boolean {
  if (/\buncancel\b/.test(context.text(fn))) return false;
  if (keyword === 'except') return isExposed(around.body, fn, context);
  if (waitsIn([...around.body, ...around.handlers, ...around.orelse]).length > 0) return true;
  // The exception of its `async with` comes out of the `yield`.
  const isManager = fn.decorator_list.some(
    (one) => context.resolve(one) === 'contextlib.asynccontextmanager',
  );
  const [first] = around.body;
  const end = around.body.at(-1)!.end;
  return isManager && bodyFacts(fn).yields.some((y) => first!.start <= y.start && y.end <= end);
}

/** The statements of the clause. */
export function statementsOf({ of, around }: Clause): readonly Stmt[] {
  return of === around ? around.finalbody : of.body;
}
