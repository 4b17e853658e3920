import { type Semantics, shortName } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import page from './condition-sans-verrou.md';
import { isErrorExpected } from './foreseen.ts';
import { isAwaitedHere, isOneOf } from './locks.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isTestCode } from './test-code.ts';

export const conditionSansVerrou: Rule = {
  code: 'ATT411',
  slug: 'condition-sans-verrou',
  level: 'error',
  peers: [],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const { func } = call;
  if (func.kind !== 'Attribute' || !METHODS.test(func.attr)) return;
  if (!isOneOf(func.value, ['asyncio.Condition'], context)) return;
  if (func.attr.startsWith('wait') && !isAwaitedHere(call, context)) return;
  const fn = context.functionAround(call);
  if (fn === null || fn.kind === 'Lambda' || isTestCode(context)) return;
  if (isErrorExpected(call, 'RuntimeError', context)) return;
  if (isUnderLock(call, context) || takesLocks(fn) || isCalledUnderLock(fn, func.value, context))
    return;
  const condition = context.text(func.value);
  context.report({
    at: call,
    message: `\`${condition}.${func.attr}()\` est appelée sans tenir le verrou de la condition\u00a0: Python lèvera une \`RuntimeError\`, il faut \`async with ${condition}:\` autour.`,
  });
}

const METHODS = /^(?:wait|wait_for|notify|notify_all)$/;

/** Is the node in the body of an `async with` that holds the lock, or may hold it under another name? */
function isUnderLock(node: Node, context: Semantics): boolean {
  let child = node;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'AsyncWith' && parent.body.includes(child as Stmt))
      if (parent.items.some(({ context_expr }) => !isOneOf(context_expr, OTHERS, context)))
        return true;
    if (FUNCTIONS.has(parent.kind)) return false;
    child = parent;
  }
  return false;
}

/** What `async with` opens without taking any lock. */
const OTHERS = ['asyncio.Timeout', 'asyncio.TaskGroup', 'asyncio.Semaphore'];
const FUNCTIONS: ReadonlySet<string> = new Set(['FunctionDef', 'AsyncFunctionDef', 'Lambda']);

/** Does the function take locks in ways that are not followed? */
function takesLocks(fn: FunctionDef): boolean {
  let found = false;
  walk(fn.body, (node) => {
    if (node.kind === 'Attribute' && TAKING.test(node.attr)) found = true;
  });
  return found;
}

const TAKING = /^(?:acquire|__aenter__|enter_async_context)$/;

/** Might whoever calls the function hold the lock? */
function isCalledUnderLock(fn: FunctionDef, condition: Expr, context: Semantics): boolean {
  if (isMadeIn(fn, condition, context)) return false;
  if (/lock|verrou|held/i.test(fn.name) || fn.decorator_list.length > 0) return true;
  const id = context.idOf(fn);
  const callers = id === undefined ? [] : context.callers(id);
  if (namesUnderLock(context.chunk.body, fn.name, context)) return true;
  // Nobody here calls it: others may, who took the lock for that.
  const isOwn = condition.kind !== 'Attribute' || condition.attr.startsWith('_');
  const isForOthers = fn.kind === 'FunctionDef' || fn.name.startsWith('_') || !isOwn;
  if (callers.length === 0 && isForOthers && !isCalled(fn, context)) return true;
  return callers.some((caller) => callsUnderLock(caller, fn.name, context));
}

/** Does the function make the condition for itself? */
function isMadeIn(fn: FunctionDef, condition: Expr, context: Semantics): boolean {
  const reaching = condition.kind === 'Name' ? context.reaching(condition) : null;
  return (
    reaching?.holder.node === fn &&
    reaching.bindings.every(({ origin }) => origin.how === 'assign' && origin.value.kind === 'Call')
  );
}

/** Is it called in this chunk, as a function that stands in another is? */
function isCalled(fn: FunctionDef, context: Semantics): boolean {
  let found = false;
  walk(context.chunk.body, (node) => {
    if (node.kind === 'Call' && node.func.kind === 'Name' && node.func.id === fn.name) found = true;
  });
  return found;
}

/** Does the caller call the function of that name with a lock held, its own or that of its callers? */
function callsUnderLock(caller: string, name: string, context: Semantics): boolean {
  return context.summary(
    caller,
    `calls ${name} under a lock`,
    (fn, inside) =>
      takesLocks(fn) ||
      namesUnderLock(fn.body, name, inside) ||
      inside.callers(caller).some((next) => callsUnderLock(next, shortName(caller), inside)),
  );
}

function namesUnderLock(body: readonly Node[], name: string, context: Semantics): boolean {
  let found = false;
  walk(body, (node) => {
    const isNamed =
      (node.kind === 'Name' && node.id === name) ||
      (node.kind === 'Attribute' && node.attr === name);
    if (isNamed && isUnderLock(node, context)) found = true;
  });
  return found;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  const offers = new Offers(context);
  if (call.func.kind !== 'Attribute' || !SIMPLE.has(statement?.kind ?? '')) return offers.fixes;
  if (context.functionAround(call)?.kind !== 'AsyncFunctionDef') return offers.fixes;
  const condition = context.text(call.func.value);
  offers.add(`Entourer de \`async with ${condition}\``, 'safe', (edits) =>
    edits.wrap(`async with ${condition}:`, [waitingLoop(statement!) ?? statement!]),
  );
  return offers.fixes;
}

const SIMPLE: ReadonlySet<string> = new Set(['Expr', 'Assign', 'AnnAssign', 'Return']);

/** `while not ready: await condition.wait()`: what is tested must not change before the wait. */
function waitingLoop(statement: Stmt): Stmt | null {
  const { parent } = statement;
  return parent?.kind === 'While' && parent.body.length === 1 && parent.test.kind !== 'Constant'
    ? parent
    : null;
}
