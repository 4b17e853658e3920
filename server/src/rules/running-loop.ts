/** Which code a running loop runs, and what starts another. */
import {
  isUnavoidable,
  membersOf,
  type Question,
  type Reached,
  type Semantics,
  setOffBy,
} from '../semantics/index.ts';
import {
  type Call,
  type Expr,
  type FunctionDef,
  type Lambda,
  type Node,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { isErrorExpected } from './foreseen.ts';
import { insideGeneratorExpression } from './repairs.ts';
import type { Fix } from './rule.ts';
import { isCoroutine, isFuture } from './tasks.ts';
import { callName } from './wording.ts';

/** Does the call run a loop until something ends, which Python refuses where one is running? */
export function runsLoop(call: Call, context: Semantics): boolean {
  return /^asyncio\.(run|Runner\.run|(\w+\.)*\w+\.(run_until_complete|run_forever))$/.test(
    context.callee(call) ?? '',
  );
}

const NESTED: Question = {
  key: 'runs a loop',
  found: (call, inside) => (runsLoop(call, inside) ? callName(call, inside) : undefined),
  // Past a condition it may well be known that no loop is running.
  counts: (node, inside) => isUnavoidable(node, inside) && !isForeseen(node, inside),
};

/** How a call, or an item of a `with`, certainly leads to running a loop, by way of the project's functions. */
export function loopReachedFrom(node: Call | WithItem, context: Semantics): Reached | undefined {
  for (const id of setOffBy(node, context)) {
    const reached = context.reach(id, NESTED);
    if (reached !== undefined) return reached;
  }
  return undefined;
}

/** The loop that certainly runs the code, in words; undefined when there may be none. */
export function runningLoop(node: Node, context: Semantics): string | undefined {
  // Whoever iterates over a generator expression may do it in another thread.
  if (insideGeneratorExpression(node)) return undefined;
  const enclosing = context.functionAround(node);
  switch (context.surroundings(node)) {
    case 'notebook':
      return 'la boucle d’évènements du notebook tourne déjà';
    case 'coroutine':
      if (enclosing?.kind !== 'AsyncFunctionDef') return undefined;
      return `la coroutine \`${enclosing.name}()\` s’exécute déjà dans une boucle d’évènements`;
    case 'function':
      if (enclosing?.kind !== 'FunctionDef') return undefined;
      return context.isLoopCallback(context.idOf(enclosing) ?? '')
        ? `\`${enclosing.name}()\` est une fonction de rappel, qu’exécute une boucle d’évènements déjà en marche`
        : undefined;
    default:
      return undefined;
  }
}

/** Has the code reckoned with a loop that is running: asked about it, expected the exception, or mended asyncio? */
export function isForeseen(node: Node, context: Semantics): boolean {
  if (context.fileImports('nest_asyncio')) return true;
  if (isErrorExpected(node, 'RuntimeError', context)) return true;
  const enclosing = context.functionAround(node);
  return enclosing !== null && asksAboutLoop(enclosing);
}

/** Does the function look whether a loop is running? */
export function asksAboutLoop(fn: FunctionDef | Lambda): boolean {
  let asks = false;
  walk(fn.body, (n) => {
    const name = n.kind === 'Attribute' ? n.attr : n.kind === 'Name' ? n.id : '';
    if (ASKS.has(name)) asks = true;
    // In a coroutine it does not ask: there it always has an answer.
    if (ASKS_OUTSIDE.has(name) && fn.kind !== 'AsyncFunctionDef') asks = true;
  });
  return asks;
}

/** Named in the function, these show that it looks whether a loop runs, or leaves its process. */
const ASKS: ReadonlySet<string> = new Set(['is_running', 'current_async_library', 'fork']);
const ASKS_OUTSIDE: ReadonlySet<string> = new Set([
  'get_running_loop',
  '_get_running_loop',
  'current_task',
]);

/**
 * `await c()` for `asyncio.run(c())`, in what is, or becomes, a coroutine. `review` when it is not certain
 * that what is given can be awaited; null (and the edits are abandoned) when there is nothing to await.
 */
export function awaitRun(edits: Edits, call: Call): Fix['applicability'] | null {
  const semantics = edits.file.at(call);
  const [given] = call.args;
  // A runner would still be opened and closed around it.
  const isRunner = semantics.callee(call) === 'asyncio.Runner.run';
  if (given === undefined || isRunner || !mayBeAwaited(given, semantics)) {
    edits.abandon();
    return null;
  }
  edits.awaitInstead(call, given);
  const isSure = isCoroutine(given, semantics) || isFuture(semantics.kindOf(given), semantics);
  return isSure && call.keywords.length === 0 ? 'safe' : 'review';
}

function mayBeAwaited(given: Expr, semantics: Semantics): boolean {
  if (given.kind === 'Starred' || insideGeneratorExpression(given)) return false;
  return membersOf(semantics.kindOf(given)).every(({ k }) => k !== 'function' && k !== 'class');
}
