import { atLeast, type Semantics } from '../semantics/index.ts';
import type { Call, Node, Stmt } from '../syntax/index.ts';
import { isErrorExpected, isVersionAsked } from './foreseen.ts';
import page from './get-event-loop.md';
import { insideGeneratorExpression, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { offerToRunMain } from './run-main.ts';
import { isForeseen } from './running-loop.ts';

export const getEventLoop: Rule = {
  code: 'ATT501',
  slug: 'get-event-loop',
  level: 'warning',
  since: [3, 7],
  peers: ['CH004'],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const { func } = call;
  if (func.kind === 'Attribute' && func.attr !== 'get_event_loop') return;
  if (context.callee(call) !== 'asyncio.get_event_loop') return;
  if (insideGeneratorExpression(call)) return;
  const where = context.surroundings(call);
  const enclosing = context.functionAround(call);
  if (where === 'coroutine' && enclosing?.kind === 'AsyncFunctionDef')
    context.report({
      at: call,
      message: `La boucle est ici celle qui exécute \`${enclosing.name}()\`\u00a0: demandez-la à \`asyncio.get_running_loop()\` plutôt qu’à \`get_event_loop()\`.`,
      // It is the same loop there, in every version.
      level: 'information',
    });
  if ((where !== 'module' && where !== 'function') || isReckonedWith(call, context)) return;
  if (isAfterRun(call, context))
    context.report({
      at: call,
      message:
        'Il n’y a plus de boucle après `asyncio.run()`\u00a0: `get_event_loop()` lève ici une `RuntimeError`.',
      level: 'error',
    });
  else if (where === 'module' || isRunByHand(call, context))
    context.report({ at: call, message: atLeast(context.target, [3, 14]) ? REFUSED : OBSOLETE });
}

const OBSOLETE =
  '`get_event_loop()` crée ici une boucle sans le dire\u00a0: obsolète depuis Python 3.12, cela lève une `RuntimeError` depuis Python 3.14.';
const REFUSED =
  'Aucune boucle ne tourne encore ici\u00a0: depuis Python 3.14, `get_event_loop()` y lève une `RuntimeError`.';

/** Has synchronous code seen to it that there is a loop, or that there may be none? */
function isReckonedWith(call: Call, context: Semantics): boolean {
  return (
    context.isAttributeReadAnywhere('set_event_loop') ||
    context.isNameReadElsewhere('set_event_loop') ||
    isErrorExpected(call, 'RuntimeError|\\w*DeprecationWarning', context) ||
    isVersionAsked(call, context) ||
    isForeseen(call, context)
  );
}

/** Is the loop run in the same function, which no loop can then be running? */
function isRunByHand(call: Call, context: Semantics): boolean {
  const { parent } = call;
  if (parent?.kind === 'Attribute') return RUNS.test(parent.attr);
  const target = parent?.kind === 'Assign' ? parent.targets[0] : undefined;
  if (target?.kind !== 'Name') return false;
  const scope = context.scopeAround(target);
  return context
    .reads(target.id, scope)
    .some((read) => read.parent?.kind === 'Attribute' && RUNS.test(read.parent.attr));
}

const RUNS = /^run_(?:until_complete|forever)$/;

/** Does `asyncio.run()`, which leaves no loop behind, certainly run before, in the same function? */
function isAfterRun(call: Call, context: Semantics): boolean {
  const enclosing = context.functionAround(call);
  for (let at: Node | null = statementOf(call); at !== null && at !== enclosing; at = at.parent)
    if (siblingsBefore(at, context).some((statement) => isRun(statement, context))) return true;
  return false;
}

function siblingsBefore(node: Node, context: Semantics): readonly Stmt[] {
  const { parent } = node;
  const blocks =
    parent === null
      ? [context.chunk.body]
      : (Object.values(parent).filter(Array.isArray) as Stmt[][]);
  const block: readonly Stmt[] = blocks.find((nodes) => nodes.includes(node as Stmt)) ?? [];
  return block.slice(0, block.indexOf(node as Stmt));
}

function isRun(statement: Stmt, context: Semantics): boolean {
  const value = statement.kind === 'Expr' || statement.kind === 'Assign' ? statement.value : null;
  return value?.kind === 'Call' && context.callee(value) === 'asyncio.run';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  if (context.surroundings(call) === 'coroutine')
    offers.add('Remplacer par `asyncio.get_running_loop()`', 'safe', (edits) =>
      edits.replace(call.func, edits.name('asyncio', 'get_running_loop', call) ?? ''),
    );
  else offerToRunMain(offers, call);
  return offers.fixes;
}
