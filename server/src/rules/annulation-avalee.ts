import { Flow, type Semantics, truth } from '../semantics/index.ts';
import {
  ancestors,
  type ExceptHandler,
  type FunctionDef,
  type Node,
  type Stmt,
  type Try,
} from '../syntax/index.ts';
import page from './annulation-avalee.md';
import {
  type Caught,
  cancellableCoroutine,
  cancellationCaught,
  exitsOf,
  isExposed,
  isHandedOn,
  lastName,
  mayCatch,
  reraises,
  TELLING,
} from './cancellation.ts';
import { followers, isFollowed } from './follows.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const annulationAvalee: Rule = {
  code: 'ATT310',
  slug: 'annulation-avalee',
  level: 'warning',
  peers: ['ASYNC103', 'ASYNC104', 'S7497'],
  page,
  handlers: {
    Try: checkTry,
    TryStar: checkTry,
    With(node, context) {
      const call = node.items.find(({ context_expr: e }) => isSuppress(e, context));
      const fn = call === undefined ? null : cancellableCoroutine(node, context);
      if (call === undefined || fn === null || !isExposed(node.body, fn, context)) return;
      context.report({
        at: call,
        ...(isFollowed(node, fn, context) ? {} : { level: 'hint' }),
        message: `\`${context.text(call)}\` avale aussi l’annulation de \`${fn.name}()\`\u00a0: la suite s’exécute comme si rien ne l’avait annulée.`,
      });
    },
  },
  fixes,
};

function checkTry(node: Try, context: RuleContext): void {
  const fn = cancellableCoroutine(node, context);
  if (fn === null || !isExposed(node.body, fn, context)) return;
  // Nothing is left for the clauses below it.
  const handler = node.handlers.find((one) => mayCatch(one, context));
  const caught = handler && cancellationCaught(handler.type, context);
  if (handler !== undefined && caught) check(handler, caught, fn, context);
}

function isSuppress(expr: Node, context: Semantics): boolean {
  return (
    expr.kind === 'Call' &&
    context.callee(expr) === 'contextlib.suppress' &&
    expr.args.some((arg) => cancellationCaught(arg, context) !== null)
  );
}

function check(
  handler: ExceptHandler,
  caught: Caught,
  fn: FunctionDef,
  context: RuleContext,
): void {
  const exits = exitsOf(handler);
  if (exits === undefined || isHandedOn(handler, fn, context)) return;
  const isLeft = exits.normal || exits.raises.length > 0;
  if (!isLeft) return;
  // Who asks what the exception is, or who cancelled, knows about cancellation.
  if (caught !== 'all' && exits.asks) return;
  const isRaised = exits.raises.some((one) => reraises(one, handler, context));
  const isLetThrough =
    isRaised && (!exits.normal || /cancel|isinstance|type\(/i.test(context.text(handler)));
  if (isLetThrough && exits.yields.length === 0) return;
  const keyword = handler.parent?.kind === 'TryStar' ? 'except*' : 'except';
  const clause =
    handler.type === null
      ? keyword
      : `${keyword} ${context.text(handler.type).replace(/\s+/g, ' ')}`;
  const end = handler.type?.end ?? handler.start + 'except'.length;
  if (isLetThrough) {
    context.report({
      at: handler,
      span: { start: handler.start, end },
      level: 'information',
      message: `\`${clause}\` rend une valeur au lieu de laisser passer l’annulation de \`${fn.name}()\`\u00a0: elle ne continue que si l’appelant reprend le générateur.`,
      data: { caught, isReplaced: true },
    });
    return;
  }
  const isLost = exits.normal && !isRaisedAfter(handler) && isFollowed(handler, fn, context);
  context.report({
    at: handler,
    span: { start: handler.start, end },
    ...(isLost ? {} : { level: exits.normal ? 'hint' : 'information' }),
    message: exits.normal
      ? `\`${clause}\` avale l’annulation de \`${fn.name}()\`\u00a0: \`CancelledError\` est interceptée ici, et n’est pas relancée.`
      : `L’annulation de \`${fn.name}()\` devient ici une autre exception\u00a0: qui l’a demandée ne verra pas \`CancelledError\`.`,
    data: { caught, isReplaced: !exits.normal },
  });
}

/** Is it within a clause that ends by raising what it caught? The task does not go on as if nothing were. */
function isRaisedAfter(handler: ExceptHandler): boolean {
  for (const around of ancestors(handler)) {
    if (around.kind === 'AsyncFunctionDef') return false;
    if (around.kind === 'ExceptHandler' && around.body.at(-1)?.kind === 'Raise') return true;
  }
  return false;
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  // From `except*` it could only be raised within a group.
  if (node.kind !== 'ExceptHandler' || node.parent?.kind === 'TryStar') return [];
  const offers = new Offers(context);
  const around = node.parent as Try;
  const last = node.body.at(-1)!;
  // Elsewhere what waits for the coroutine may count on its ending quietly.
  const isSafe = isUnstoppable(node, context);
  if (data.caught === 'named') {
    if (data.isReplaced) return [];
    offers.add('Relancer l’annulation par `raise`', isSafe ? 'safe' : 'review', (edits) => {
      if (isIdle(last)) edits.replace(last, 'raise');
      else if (Flow.of([last])?.fallsThrough) edits.insertLinesAfter(last, ['raise']);
    });
    return offers.fixes;
  }
  const isEmpty = node.body.every((one) => isIdle(one) || isTold(one));
  offers.add(
    'Laisser passer l’annulation par un `except` placé avant',
    isSafe && isEmpty ? 'safe' : 'review',
    (edits) => {
      const indent = edits.indentOf(around);
      const error = edits.name('asyncio', 'CancelledError', around);
      const lines = [`except ${error}:`, `${indent}${edits.indentUnit}raise`, indent];
      edits.insertBefore(node, lines.join('\n'));
    },
  );
  return offers.fixes;
}

/** `pass`, `…`, `return`, and jumps: nothing is done. */
function isIdle(statement: Stmt): boolean {
  if (statement.kind === 'Return')
    return (
      statement.value === null ||
      (statement.value.kind === 'Constant' && statement.value.type === 'None')
    );
  if (statement.kind === 'Expr')
    return statement.value.kind === 'Constant' && statement.value.type === 'Ellipsis';
  return statement.kind === 'Pass' || statement.kind === 'Break' || statement.kind === 'Continue';
}

function isTold(statement: Stmt): boolean {
  return (
    statement.kind === 'Expr' &&
    statement.value.kind === 'Call' &&
    TELLING.test(lastName(statement.value.func))
  );
}

/** Does an endless loop just go on after the clause, so that its task cannot be stopped at all? */
function isUnstoppable(handler: ExceptHandler, context: FixContext): boolean {
  const loop = [...ancestors(handler)].find(
    (parent) => parent.kind === 'While' && truth(parent.test) === true,
  );
  if (loop === undefined) return false;
  const after = followers(handler, context.functionAround(handler) as FunctionDef, context);
  return (
    after.length > 0 && after.every(({ start, end }) => loop.start <= start && end <= loop.end)
  );
}
