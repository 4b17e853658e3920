/** Where one coroutine is started for each item of an iterable, all at once. */
import { itemsFound, type Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Comprehension,
  type Expr,
  type For,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import { waitsIn } from './cancellation.ts';
import { isCoroutine, startedBy } from './tasks.ts';

export interface FanOut {
  /** The call of the coroutine function; `map(f, xs)` when nothing calls it by name. */
  readonly made: Call;
  /** The function that is called for each item. */
  readonly called: Expr;
  /** What is gone through, from the inside; one for `map`. */
  readonly over: readonly Expr[];
}

/** What `gather(*…)`, `wait(…)`, `as_completed(…)`, or the start of a task in a loop, starts for each item. */
export function fanOutOf(call: Call, context: Semantics): FanOut | null {
  const gathered = gatheredBy(call, context);
  if (gathered !== null) {
    const made = gathered.kind === 'Name' ? itemsFound(gathered, context)[0] : itemOf(gathered);
    if (made?.kind !== 'Call') return null;
    if (made === gathered) return mapped(made, context);
    return isCoroutine(made, context) ? perTurn(made) : null;
  }
  const [coroutine] = call.args;
  if (coroutine?.kind !== 'Call' || !startsTask(call, context)) return null;
  return isCoroutine(coroutine, context) ? perTurn(coroutine) : null;
}

/** The iterable of awaitables that is given to be waited for as a whole. */
function gatheredBy(call: Call, context: Semantics): Expr | null {
  const [first, second] = call.args;
  if (first === undefined) return null;
  const callee = context.callee(call);
  if (callee === 'asyncio.gather')
    return first.kind === 'Starred' && second === undefined ? first.value : null;
  return callee === 'asyncio.wait' || callee === 'asyncio.as_completed' ? first : null;
}

function itemOf(expr: Expr): Expr {
  const isComprehension =
    expr.kind === 'GeneratorExp' || expr.kind === 'ListComp' || expr.kind === 'SetComp';
  return isComprehension ? expr.elt : expr;
}

function startsTask(call: Call, context: Semantics): boolean {
  if (startedBy(call, context)?.coroutine != null) return true;
  const { func } = call;
  if (func.kind !== 'Attribute' || func.attr !== 'create_task') return false;
  const kind = context.kindOf(func.value);
  return kind.k === 'instance' && context.derives(kind.cls, 'asyncio.TaskGroup');
}

/** `map(lire, adresses)` */
function mapped(call: Call, context: Semantics): FanOut | null {
  const [called, over, more] = call.args;
  if (called === undefined || over === undefined || more !== undefined) return null;
  const kind = context.kindOf(call.func);
  const isMap = kind.k === 'class' && kind.cls === 'builtins.map';
  return isMap ? { made: call, called, over: [over] } : null;
}

function perTurn(made: Call): FanOut | null {
  const turns = turnsAround(made);
  const read = namesRead(made);
  // Which turn it is, the coroutine is not told: so many workers.
  const isTold = turns.some((turn) => [...namesBoundBy(turn)].some((name) => read.has(name)));
  if (!isTold || turns.some((turn) => isMethodOf(made, turn))) return null;
  return { made, called: made.func, over: turns.map(({ iter }) => iter) };
}

/** The loops and comprehensions that make the call again and again, without waiting in between. */
function turnsAround(call: Call): readonly (For | Comprehension)[] {
  const turns: (For | Comprehension)[] = [];
  let child: Node = call;
  for (const around of ancestors(call)) {
    if (STOPS.has(around.kind)) break;
    const isComprehension =
      around.kind === 'GeneratorExp' ||
      around.kind === 'ListComp' ||
      around.kind === 'SetComp' ||
      around.kind === 'DictComp';
    if (isComprehension) {
      if (around.generators.some(({ is_async }) => is_async)) break;
      turns.push(...[...around.generators].reverse());
    }
    if (around.kind === 'For' && !around.orelse.includes(child as Stmt)) {
      if (waitsIn(around.body).length > 0) break;
      turns.push(around);
    }
    child = around;
  }
  return turns;
}

const STOPS: ReadonlySet<string> = new Set([
  'While',
  'AsyncFor',
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

function namesRead(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(node, (one) => {
    if (one.kind === 'Name') names.add(one.id);
  });
  return names;
}

/** The names that the loop or comprehension binds, anywhere in it. */
export function namesBoundBy(turns: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const bind = (target: Expr): void => {
    if (target.kind === 'Name') names.add(target.id);
    else if (target.kind === 'Tuple' || target.kind === 'List') target.elts.forEach(bind);
    else if (target.kind === 'Starred') bind(target.value);
  };
  walk(turns, (node) => {
    if (node.kind === 'For' || node.kind === 'AsyncFor' || node.kind === 'comprehension')
      bind(node.target);
    else if (node.kind === 'Assign') node.targets.forEach(bind);
    else if (node.kind === 'AugAssign' || node.kind === 'AnnAssign' || node.kind === 'NamedExpr')
      bind(node.target);
    else if (node.kind === 'withitem' && node.optional_vars !== null) bind(node.optional_vars);
  });
  return names;
}

/** `(client.lire() for client in clients)`: as many as there are clients already. */
function isMethodOf({ func }: Call, turn: Node): boolean {
  let root = func;
  while (root.kind === 'Attribute' || root.kind === 'Subscript') root = root.value;
  return root !== func && root.kind === 'Name' && namesBoundBy(turn).has(root.id);
}
