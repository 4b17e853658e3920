/** What is done with callables that are handed over, and what they do with what they are given. */
import { type CallableTaker, callableTaker, isTakerName } from '../knowledge/callbacks.ts';
import { publicName } from '../knowledge/public-names.ts';
import { type Call, type Expr, type FunctionDef, type Lambda, walk } from '../syntax/index.ts';
import type { Semantics } from './index.ts';
import { every, isProjectId } from './kinds.ts';

/** A callable given to something that will call it. */
export interface Handed {
  readonly taker: CallableTaker;
  /** The taker's public name: `asyncio.to_thread`. */
  readonly name: string;
  readonly callable: Expr;
}

/** What a call hands over to the standard library to be called; null: nothing, or not seen. */
export function handedBy(call: Call, semantics: Pick<Semantics, 'kindOf'>): Handed | null {
  const { func, args, keywords } = call;
  if (func.kind === 'Attribute' && !isTakerName(func.attr)) return null;
  const kind = semantics.kindOf(func);
  const id = kind.k === 'function' ? kind.fn : kind.k === 'class' ? kind.cls : null;
  if (id === null || isProjectId(id) || !isTakerName(id.slice(id.lastIndexOf('.') + 1)))
    return null;
  const name = publicName(id);
  const taker = callableTaker(name);
  if (taker === undefined) return null;
  const { at, keyword } = taker;
  const before = at === null ? [] : args.slice(0, at + 1);
  const placed =
    at === null || before.some(({ kind: k }) => k === 'Starred') ? undefined : args[at];
  const named = keyword === null ? undefined : keywords.find(({ arg }) => arg === keyword)?.value;
  const callable = placed ?? named;
  return callable === undefined ? null : { taker, name, callable };
}

/** Is the callable certainly run in another thread of this process? */
export function runsInThread(call: Call, { taker }: Handed, semantics: Semantics): boolean {
  if (taker.runs !== 'executor') return taker.runs === 'thread';
  const { func, args } = call;
  const isMethod = taker.at === 0 && func.kind === 'Attribute';
  const executor = isMethod ? func.value : args[0];
  if (executor === undefined) return false;
  return every(semantics.kindOf(executor), (kind) => {
    if (kind.k === 'none') return !isMethod;
    return kind.k === 'instance' && semantics.derives(kind.cls, THREAD_POOL);
  });
}

const THREAD_POOL = 'concurrent.futures.ThreadPoolExecutor';

/** The tuple and the dictionary of arguments that a call gives for the callable: `args=(…), kwargs={…}`. */
export function collectedBy(call: Call, { taker: { passes } }: Handed) {
  if (typeof passes !== 'object') return {};
  const [args, kwargs] = passes.keywords.map(
    (keyword, i) =>
      call.args[passes.at[i]!] ?? call.keywords.find(({ arg }) => arg === keyword)?.value,
  );
  return { args, kwargs };
}

/**
 * Does a callable certainly leave its positional argument `place` (from 0, `self` apart) unread? Known of
 * lambdas and of the project's functions; false for all others.
 */
export function leavesUnread(callable: Expr, place: number, semantics: Semantics): boolean {
  if (callable.kind === 'Lambda') return !readsParameter(callable, place);
  const kind = semantics.kindOf(callable);
  if (kind.k !== 'function' || !isProjectId(kind.fn)) return false;
  const index = kind.self === null ? place : place + 1;
  return semantics.summary(
    kind.fn,
    `leaves argument ${index} unread`,
    (fn) => !readsParameter(fn, index),
  );
}

function readsParameter({ args, body }: FunctionDef | Lambda, index: number): boolean {
  const parameter = [...args.posonlyargs, ...args.args][index];
  let found = parameter === undefined;
  walk(body, (node) => {
    // `locals()` and its like read every parameter.
    if (node.kind === 'Name' && (node.id === parameter?.arg || node.id === 'locals')) found = true;
  });
  return found;
}
