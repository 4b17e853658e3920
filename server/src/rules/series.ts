/** Awaits that follow one another in a block, and do not need each other. */
import { isComputation } from '../knowledge/traceless.ts';
import {
  bodyFacts,
  holdsWait,
  isProjectId,
  membersOf,
  type Semantics,
  worksAlone,
} from '../semantics/index.ts';
import {
  type Assign,
  ancestors,
  type Call,
  type Expr,
  type ExprStmt,
  type Name,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import { siblingsOf } from './repairs.ts';
import { isRepeatedBy } from './task-group.ts';

/** `nom = await lire(…)`, or `await lire(…)`. */
export interface Step {
  readonly statement: Assign | ExprStmt;
  readonly call: Call;
  /** The step leaves no trace that another could come across. */
  readonly isAlone: boolean;
  readonly context: Semantics;
}

/** The steps of which the statement is the first; none when it stands alone, or further down in a series. */
export function seriesFrom(statement: Stmt, context: Semantics): readonly Step[] {
  if (awaitedCall(statement) === null) return [];
  const block = blockAround(statement, context);
  const at = block.findIndex(([each]) => each === statement);
  // Most awaits have no neighbour: they are looked at no further.
  if (!isAlike(block[at], block[at + 1]) || !isFree(statement, context)) return [];
  let [from, to] = [at, at + 1];
  while (isAlike(block[from - 1], block[at])) from--;
  while (isAlike(block[at], block[to])) to++;
  let series: Step[] = [];
  for (const [each, own] of block.slice(from, to)) {
    const step = stepOf(each, own);
    if (step !== null && series.every((other) => areIndependent(step, other))) series.push(step);
    else if (series[0]?.statement === statement) break;
    else series = step === null ? [] : [step];
  }
  return series[0]?.statement === statement && series.length > 1 ? series : [];
}

type Placed = readonly [statement: Stmt, context: Semantics];

/** The statements around, each with its meaning: those of the cell at the top of a notebook. */
function blockAround(statement: Stmt, context: Semantics): readonly Placed[] {
  if (statement.parent !== null) return siblingsOf(statement).map((each) => [each, context]);
  return context
    .cell()
    .filter(({ chunk }) => chunk.role === 'statement')
    .flatMap((own) => own.chunk.body.map((each) => [each, own] as const));
}

function isAlike(one: Placed | undefined, other: Placed | undefined): boolean {
  return (
    one?.[0].kind === other?.[0].kind &&
    [one, other].every((placed) => placed !== undefined && awaitedCall(placed[0]) !== null)
  );
}

function awaitedCall(statement: Stmt): Call | null {
  if (statement.kind !== 'Assign' && statement.kind !== 'Expr') return null;
  if (statement.kind === 'Assign' && nameBound(statement) === null) return null;
  const { value } = statement;
  return value.kind === 'Await' && value.value.kind === 'Call' ? value.value : null;
}

/** The name that a step binds. */
export function nameBound(statement: Assign | ExprStmt): Name | null {
  const [target, ...others] = statement.kind === 'Assign' ? statement.targets : [];
  return target?.kind === 'Name' && others.length === 0 ? target : null;
}

function stepOf(statement: Stmt, context: Semantics): Step | null {
  const call = awaitedCall(statement)!;
  if (!isPlain(call, context)) return null;
  const isAlone = worksAlone(call, context);
  const isKept = statement.kind === 'Assign';
  if (!isAlone && !(isKept && isLookup(call, context))) return null;
  return { statement: statement as Step['statement'], call, isAlone, context };
}

function areIndependent(later: Step, earlier: Step): boolean {
  const bound = nameBound(earlier.statement);
  const names = namesIn([later.call]);
  if (bound === null) return areSiblings(later, earlier);
  if (names.some(({ id }) => id === bound.id) || nameBound(later.statement)!.id === bound.id)
    return false;
  if (later.isAlone && earlier.isAlone) return true;
  const shared = new Set(namesIn(argumentsOf(earlier.call)).map(({ id }) => id));
  return namesIn(argumentsOf(later.call)).every(
    (name) => !shared.has(name.id) || isShareable(name, later.context),
  );
}

/**
 * When nobody keeps what the calls give, the order may be what matters, as of the acts of a demonstration: they then
 * have to be calls of one function with other arguments, neither paced nor repeated.
 */
function areSiblings(later: Step, earlier: Step): boolean {
  const { context, call, statement } = later;
  if (context.text(call.func) !== earlier.context.text(earlier.call.func)) return false;
  if (context.text(call) === earlier.context.text(earlier.call)) return false;
  const isPaced = blockAround(statement, context).some(([each, own]) => {
    const awaited = awaitedCall(each);
    return awaited !== null && own.callee(awaited) === 'asyncio.sleep';
  });
  return !isPaced && !isRepeated(statement);
}

function isRepeated(statement: Stmt): boolean {
  let child: Node = statement;
  for (const around of ancestors(statement)) {
    if (around.kind === 'AsyncFunctionDef') return false;
    if (isRepeatedBy(around, child)) return true;
    child = around;
  }
  return false;
}

/** A call of a coroutine function, no method, that by its name only looks something up, and takes time to. */
export function isLookup(call: Call, context: Semantics): boolean {
  const { func } = call;
  const name = func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
  if (!LOOKUPS.has(/^_*(?:async_)?([^_]+)/.exec(name)?.[1] ?? '')) return false;
  const kind = context.kindOf(func);
  if (kind.k !== 'function' || kind.self !== null || context.kindOf(call).k !== 'coroutine')
    return false;
  return (
    !isProjectId(kind.fn) ||
    context.summary(kind.fn, 'may wait', (fn) => bodyFacts(fn).isStub || holdsWait(fn))
  );
}

/** The verbs by which names say so. */
const LOOKUPS: ReadonlySet<string> = new Set(
  (
    'get fetch load download query find search list lookup scrape ' +
    'lire charger obtenir recuperer récupérer telecharger télécharger chercher lister trouver interroger'
  ).split(' '),
);

/** Does evaluating the call's arguments do nothing? */
export function isPlain(call: Call, context: Semantics): boolean {
  let plain = true;
  walk(argumentsOf(call), (node) => {
    if (node.kind === 'Call') plain &&= isComputation(context.callee(node) ?? '');
    else plain &&= PLAIN.has(node.kind);
  });
  return plain;
}

const PLAIN: ReadonlySet<string> = new Set([
  ...['Name', 'Constant', 'Attribute', 'Subscript', 'Slice', 'List', 'Tuple', 'Dict', 'Starred'],
  ...['BinOp', 'UnaryOp', 'BoolOp', 'Compare', 'IfExp', 'JoinedStr', 'FormattedValue', 'keyword'],
]);

export function argumentsOf({ args, keywords }: Call): readonly Expr[] {
  return [...args, ...keywords.map(({ value }) => value)];
}

export function namesIn(nodes: readonly Node[]): readonly Name[] {
  const names: Name[] = [];
  walk(nodes, (node) => {
    if (node.kind === 'Name') names.push(node);
  });
  return names;
}

/** May two calls at once hold the value: is it plain data, or a session made for that? */
export function isShareable(name: Name, context: Semantics): boolean {
  for (const parent of ancestors(name))
    if (parent.kind === 'AsyncWith')
      for (const { context_expr, optional_vars } of parent.items)
        if (optional_vars?.kind === 'Name' && optional_vars.id === name.id)
          return isSession(context_expr, context);
  const kind = context.kindOf(name);
  return (
    kind.k !== 'unknown' &&
    membersOf(kind).every(
      (k) => k.k === 'none' || (k.k === 'instance' && SHAREABLE.has(context.publicName(k.cls))),
    )
  );
}

function isSession(expr: Expr, context: Semantics): boolean {
  return expr.kind === 'Call' && SHAREABLE.has(context.callee(expr) ?? '');
}

const SHAREABLE: ReadonlySet<string> = new Set([
  ...['str', 'bytes', 'int', 'float', 'bool'].flatMap((name) => [name, `builtins.${name}`]),
  'aiohttp.ClientSession',
  'httpx.AsyncClient',
]);

/** Is nothing held around, such as a lock or a transaction, by a function that does not say to go step by step? */
export function isFree(node: Node, context: Semantics): boolean {
  if (!/^(?:coroutine|notebook)$/.test(context.surroundings(node))) return false;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'AsyncFunctionDef') return !STEP_BY_STEP.test(parent.name);
    if (parent.kind !== 'With' && parent.kind !== 'AsyncWith') continue;
    if (!parent.items.every(({ context_expr }) => isSession(context_expr, context))) return false;
  }
  return true;
}

const STEP_BY_STEP =
  /s[eé]quen|en_s[eé]rie|serial|one_by_one|in_order|un_par_un|une_par_une|successi|[aà]_la_suite/i;
