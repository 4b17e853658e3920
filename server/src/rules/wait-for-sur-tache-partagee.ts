import { type FlowPoint, someAt } from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type ExceptHandler,
  type Expr,
  type Name,
  type Node,
  type Try,
  walk,
} from '../syntax/index.ts';
import { keywordOf } from './groups.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isFuture } from './tasks.ts';
import page from './wait-for-sur-tache-partagee.md';
import { callName } from './wording.ts';

export const waitForSurTachePartagee: Rule = {
  code: 'ATT321',
  slug: 'wait-for-sur-tache-partagee',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const [task] = call.args;
      if (call.parent?.kind !== 'Await' || task === undefined || !isHeld(task)) return;
      if (context.callee(call) !== 'asyncio.wait_for' || !hasLimit(call)) return;
      if (!isFuture(context.kindOf(task), context)) return;
      const next = useAfterTimeout(call, task, context);
      if (next === null) return;
      const name = context.text(task);
      context.report({
        at: call,
        message: `Au bout du délai, \`${callName(call, context)}\` annule \`${name}\`\u00a0: l’attendre encore lèvera \`CancelledError\`.`,
        related: [{ at: next, message: `\`${name}\` est attendue de nouveau ici.` }],
      });
    },
  },
  fixes,
};

type Held = Name | Attribute;

/** `tache`, `self.tache`. */
function isHeld(expr: Expr): expr is Held {
  return expr.kind === 'Name' || (expr.kind === 'Attribute' && expr.value.kind === 'Name');
}

function hasLimit(call: Call): boolean {
  const limit = call.args[1] ?? keywordOf(call, 'timeout');
  return limit !== null && !(limit.kind === 'Constant' && limit.type === 'None');
}

/** Where the result of the task is wanted once the time is over. */
function useAfterTimeout(call: Call, task: Held, context: RuleContext): Node | null {
  const fn = context.functionAround(call);
  const caught = timeoutHandler(call, context);
  if (fn?.kind !== 'AsyncFunctionDef' || caught === null) return null;
  const uses = usesOf(task, fn.body, context);
  // Who asks, or cancels it, knows that it may be cancelled.
  if (uses.some(({ parent }) => parent?.kind === 'Attribute' && ASKING.has(parent.attr)))
    return null;
  const flow = context.flow(fn);
  const after = flow?.after(caught.handler, (point) => mayRebind(point, task));
  if (flow === undefined || after === undefined) return null;
  const reached = uses.filter((use) => after.has(flow.pointOf(use)!) && wantsResult(use, context));
  return (
    reached.find((use) => use === task) ??
    reached.find((use) => isReachedFor(use, caught) && !isCancellationExpected(use, context)) ??
    null
  );
}

const ASKING: ReadonlySet<string> = new Set(['cancel', 'cancelled', 'done', 'uncancel']);

interface Caught {
  readonly attempt: Try;
  readonly handler: ExceptHandler;
}

/** The `except TimeoutError` of the nearest `try` around. */
function timeoutHandler(call: Call, context: RuleContext): Caught | null {
  let child: Node = call;
  for (const parent of ancestors(call)) {
    if (parent.kind === 'Try' && parent.body.includes(child as never)) {
      const handler = parent.handlers.find(
        ({ type }) => type !== null && TIMEOUT.has(context.resolve(type) ?? ''),
      );
      return handler === undefined ? null : { attempt: parent, handler };
    }
    child = parent;
  }
  return null;
}

const TIMEOUT: ReadonlySet<string> = new Set([
  'TimeoutError',
  'builtins.TimeoutError',
  'asyncio.TimeoutError',
]);

function usesOf(task: Held, body: readonly Node[], context: RuleContext): readonly Held[] {
  const written = context.text(task);
  const uses: Held[] = [];
  walk(body, (node) => {
    if (node.kind === task.kind && context.text(node) === written) uses.push(node as Held);
  });
  return uses.filter((use) => context.functionAround(use) === context.functionAround(task));
}

/** May the point make another task of it? */
function mayRebind(point: FlowPoint, task: Held): boolean {
  return someAt(point, (node) => {
    if (task.kind === 'Name') return node.kind === 'Name' && node.id === task.id && isTarget(node);
    const owner = (task.value as Name).id;
    if (node.kind === 'Attribute' && node.attr === task.attr && isTarget(node)) return true;
    // A method of its object may do it.
    const receiver =
      node.kind === 'Call' && node.func.kind === 'Attribute' ? node.func.value : null;
    return receiver?.kind === 'Name' && receiver.id === owner;
  });
}

function isTarget(node: Held): boolean {
  const { parent } = node;
  switch (parent?.kind) {
    case 'Assign':
      return parent.targets.includes(node);
    case 'AnnAssign':
    case 'For':
    case 'NamedExpr':
      return parent.target === node;
    case 'Tuple':
    case 'Delete':
      return true;
    default:
      return false;
  }
}

/** `await tache`, `await wait_for(tache, …)`, `tache.result()`. */
function wantsResult(use: Held, context: RuleContext): boolean {
  const { parent } = use;
  if (parent?.kind === 'Await') return true;
  if (parent?.kind === 'Attribute') return parent.attr === 'result';
  return (
    parent?.kind === 'Call' &&
    parent.args[0] === use &&
    parent.parent?.kind === 'Await' &&
    /^asyncio\.(?:wait_for|shield)$/.test(context.callee(parent) ?? '')
  );
}

/** Does the use run whenever what follows the time limit does? */
function isReachedFor(use: Node, { attempt, handler }: Caught): boolean {
  for (const parent of ancestors(use)) {
    if (parent === handler || parent === attempt.parent) return true;
    if (parent === attempt || CHOOSING.has(parent.kind)) return false;
  }
  return true;
}

const CHOOSING: ReadonlySet<string> = new Set([
  'If',
  'IfExp',
  'BoolOp',
  'Match',
  'While',
  'For',
  'AsyncFor',
  'ExceptHandler',
]);

/** Is there, around the use, what catches `CancelledError`? */
function isCancellationExpected(use: Node, context: RuleContext): boolean {
  let child = use;
  for (const parent of ancestors(use)) {
    if (parent.kind === 'Try' && parent.body.includes(child as never)) return true;
    if (parent.kind === 'With' && /\bsuppress\b/.test(context.text(parent.items[0]!))) return true;
    child = parent;
  }
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const [task] = (node as Call).args;
  const offers = new Offers(context);
  offers.add('Protéger la tâche par `asyncio.shield()`', 'safe', (edits) => {
    const shield = edits.name('asyncio', 'shield', node);
    edits.replace(task!, `${shield}(${context.text(task!)})`);
  });
  return offers.fixes;
}
