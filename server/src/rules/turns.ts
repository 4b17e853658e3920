/** Turns of a loop, or of a comprehension, each of which waits for one thing and does not need the others. */
import {
  addedTo,
  isCollectionNeverRead,
  itemsFound,
  membersOf,
  type Semantics,
  worksAlone,
} from '../semantics/index.ts';
import {
  type Await,
  ancestors,
  type Call,
  type Comprehension,
  type Expr,
  type For,
  type ListComp,
  type Name,
  type Node,
  type Stmt,
} from '../syntax/index.ts';
import { collectionOf } from './groups.ts';
import {
  argumentsOf,
  isFree,
  isLookup,
  isPlain,
  isShareable,
  namesIn,
} from './independent-calls.ts';
import { isCoroutine } from './tasks.ts';

export interface Turns {
  readonly loop: For | ListComp;
  readonly over: For | Comprehension;
  readonly awaiting: Await;
  /** The call of a list's `append`, or a set's `add`, that keeps what each turn gives. */
  readonly keeper: Call | null;
}

/** What the loop awaits in turn, when nothing else depends on the turns; null otherwise. */
export function turnsOf(loop: For | ListComp, context: Semantics): Turns | null {
  const turns = loop.kind === 'ListComp' ? turnsOfComprehension(loop) : turnsOfLoop(loop as For);
  if (turns === null || !isFree(loop, context)) return null;
  const { value } = turns.awaiting;
  const areTogether = value.kind === 'Call' ? areCalls(value, turns, context) : null;
  return (areTogether ?? areCoroutines(value, turns, context)) ? turns : null;
}

function turnsOfComprehension(loop: ListComp): Turns | null {
  const [over, ...more] = loop.generators;
  if (loop.elt.kind !== 'Await' || more.length > 0 || over!.is_async || over!.ifs.length > 0)
    return null;
  return { loop, over: over!, awaiting: loop.elt, keeper: null };
}

function turnsOfLoop(loop: For): Turns | null {
  const [only, ...others] = loop.body;
  if (only?.kind !== 'Expr' || others.length > 0 || loop.orelse.length > 0) return null;
  const { value } = only;
  if (value.kind === 'Await') return { loop, over: loop, awaiting: value, keeper: null };
  if (value.kind !== 'Call' || value.args.length !== 1 || addedTo(value) === null) return null;
  const [kept] = value.args;
  return kept!.kind === 'Await' ? { loop, over: loop, awaiting: kept!, keeper: value } : null;
}

/** Does the first failure end a loop that something deals with? */
function isTried(loop: Node): boolean {
  if (loop.kind !== 'For') return false;
  let child: Node = loop;
  for (const around of ancestors(loop)) {
    if (around.kind === 'AsyncFunctionDef') return false;
    if (around.kind === 'Try' && around.handlers.length > 0 && around.body.includes(child as Stmt))
      return true;
    child = around;
  }
  return false;
}

/** Calls that look something up, or leave no trace, each for its own item. */
function areCalls(call: Call, { loop, over, keeper }: Turns, context: Semantics): boolean {
  const own = new Set(namesIn([over.target]).map(({ id }) => id));
  const names = namesIn(argumentsOf(call));
  if (!names.some(({ id }) => own.has(id)) || !isPlain(call, context)) return false;
  if (isLazy(over.iter, context) || isTried(loop)) return false;
  if (worksAlone(call, context))
    return loop.kind === 'ListComp' || keeper !== null || !isOrdered(over.iter, context);
  const isKept = loop.kind === 'ListComp' || keeper !== null;
  const isOwn = ({ id }: Name) => own.has(id);
  return (
    isKept &&
    isLookup(call, context) &&
    names.every((name) => isOwn(name) || isShareable(name, context))
  );
}

/** Items that come one at a time, for ever perhaps. */
function isLazy(iter: Expr, context: Semantics): boolean {
  return membersOf(context.kindOf(iter)).some(
    (kind) => kind.k === 'instance' && LAZY.test(kind.cls),
  );
}

const LAZY =
  /^(?:itertools\.(?:count|cycle|repeat)$|types\.GeneratorType$|_io\.|typing\.(?:Iterator|Generator)$)/;

/** Items put in an order on purpose, as for a countdown. */
function isOrdered(iter: Expr, context: Semantics): boolean {
  if (iter.kind !== 'Call') return false;
  const callee = context.callee(iter);
  const [, , step] = iter.args;
  return (
    callee === 'sorted' ||
    callee === 'reversed' ||
    (callee === 'range' && step?.kind === 'UnaryOp' && step.op === '-')
  );
}

/** The coroutines of a collection, which only starts them when they are awaited. */
function areCoroutines(value: Expr, { over }: Turns, context: Semantics): boolean {
  const { target, iter } = over;
  if (value.kind !== 'Name' || target.kind !== 'Name' || value.id !== target.id) return false;
  if (!COLLECTIONS.has(iter.kind) || isGiven(iter, context)) return false;
  const items = collectionOf(iter, context)?.items;
  if (items !== undefined && membersOf(items).every(({ k }) => k === 'coroutine')) return true;
  if (iter.kind !== 'Name' || !isCollectionNeverRead(iter, context, (use) => use === iter))
    return false;
  const found = itemsFound(iter, context);
  return found.length > 0 && found.every((item) => isCoroutine(item, context));
}

/** A function that is given coroutines, and awaits them in turn, does so on purpose. */
function isGiven(iter: Expr, context: Semantics): boolean {
  const bindings = iter.kind === 'Name' ? context.reaching(iter)?.bindings : undefined;
  return bindings?.some(({ origin }) => origin.how === 'parameter') ?? false;
}

const COLLECTIONS: ReadonlySet<string> = new Set([
  ...['Name', 'List', 'Tuple', 'Set', 'ListComp', 'SetComp', 'GeneratorExp'],
]);
