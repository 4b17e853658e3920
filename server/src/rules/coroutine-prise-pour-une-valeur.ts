import { membersOf, type Semantics, scopesOf, shortName } from '../semantics/index.ts';
import type { Call, Name } from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-prise-pour-une-valeur.md';
import { definitionRelated, isProvoked, valueUse } from './coroutine-uses.ts';
import { heldBy, holding, readsOf, usesOfForgotten } from './held-coroutines.ts';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const coroutinePrisePourUneValeur: Rule = {
  code: 'ATT103',
  slug: 'coroutine-prise-pour-une-valeur',
  level: 'error',
  peers: ['reportUnnecessaryComparison', 'truthy-bool'],
  yieldsTo: ['ATT407'],
  page,
  handlers: { Call: checkCall, Name: checkName },
  fixes,
};

function checkCall(call: Call, context: RuleContext): void {
  const use = valueUse(call, context);
  if (use === null || !isCoroutine(call, context) || isProvoked(call)) return;
  context.report({
    at: call,
    message: `La coroutine \`${callName(call, context)}\` est prise pour son résultat\u00a0: ${use.problem}.`,
    related: definitionRelated(context.kindOf(call)),
  });
}

function checkName(name: Name, context: RuleContext): void {
  const use = valueUse(name, context);
  const held = use === null ? null : heldBy(name, context);
  if (use === null || held === null || !isFirst(name, held, context) || isProvoked(name)) return;
  // What nothing ever runs is spoken of where it is bound.
  if (held.some((call) => isForgotten(call, context))) return;
  const kind = context.kindOf(name);
  const [call] = held;
  const [member] = membersOf(kind);
  const maker = member?.k === 'coroutine' && member.fn !== null ? shortName(member.fn) : '…';
  const what = call === undefined ? `${maker}()` : callName(call, context);
  context.report({
    at: name,
    message: `\`${name.id}\` contient la coroutine \`${what}\`, pas son résultat\u00a0: ${use.problem}.`,
    related: [
      ...held.map((at) => ({ at, message: 'La coroutine est créée ici, sans être attendue.' })),
      ...definitionRelated(kind),
    ],
  });
}

function isForgotten({ parent }: Call, context: Semantics): boolean {
  const target =
    parent?.kind === 'Assign'
      ? parent.targets[0]
      : parent?.kind === 'AnnAssign' || parent?.kind === 'NamedExpr'
        ? parent.target
        : undefined;
  return target?.kind === 'Name' && usesOfForgotten(target, context) !== null;
}

/**
 * One finding for what a name holds: at the first use that tells. A use that raises always does; another,
 * when nothing else is done with the coroutine, which may be shown or looked up on purpose.
 */
function isFirst(name: Name, held: readonly Call[], context: Semantics): boolean {
  const reads = readsOf(name, context);
  const isOnlyValue =
    reads.every((read) => valueUse(read, context) !== null) &&
    (held.length > 0 || !context.isNameReadElsewhere(name.id));
  const tells = (read: Name) => isOnlyValue || (valueUse(read, context)?.raises ?? false);
  const isEarlier = (read: Name) =>
    read.start < name.start &&
    tells(read) &&
    (held.length === 0 || (heldBy(read, context)?.some((call) => held.includes(call)) ?? false));
  return tells(name) && !reads.some(isEarlier);
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const held = node.kind === 'Name' ? holding(node, context) : null;
  const calls = held === null ? [node as Call] : held.calls;
  const [call, ...otherCalls] = calls;
  if (call === undefined || calls.some(insideGeneratorExpression)) return [];
  const uses = held?.reads ?? [call];
  const others = uses.filter((use) => valueUse(use, context.file.at(use)) === null);
  const isTask = uses.some(
    ({ parent }) => parent?.kind === 'Attribute' && OF_TASKS.test(parent.attr),
  );
  const home = context.file.at(call);
  const surroundings = home.surroundings(call);
  if (others.length > 0) {
    // Awaited further down: what is here was taken for a task.
    if (isTask && surroundings === 'coroutine' && calls.length === 1)
      offers.add('En faire une tâche', 'review', (edits) => {
        edits.insertBefore(call, `${edits.name('asyncio', 'create_task', call)}(`);
        edits.insertAfter(call, ')');
      });
    return offers.fixes;
  }
  if (isWalrusAwaited(call, context)) return [];
  if (surroundings === 'module')
    offers.add('Exécuter avec `asyncio.run()`', 'review', (edits) => {
      for (const each of calls) {
        edits.insertBefore(each, `${edits.name('asyncio', 'run', each)}(`);
        edits.insertAfter(each, ')');
      }
    });
  else offerToAwait(offers, [call, ...otherCalls], isTask ? 'review' : 'safe');
  return offers.fixes;
}

/** Attributes that tasks have, and coroutines have not. */
const OF_TASKS =
  /^(?:(?:add|remove)_done_callback|cancel|cancelled|cancelling|uncancel|done|exception|result|[gs]et_name|get_coro|get_loop|(?:get|print)_stack)$/;

/** Is the name that `if x := f():` binds awaited further down? */
function isWalrusAwaited(call: Call, context: Semantics): boolean {
  if (call.parent?.kind !== 'NamedExpr') return false;
  const { target } = call.parent;
  const reads = scopesOf(context.chunk).nameReads.get(target.id) ?? [];
  return reads.some(({ parent }) => parent?.kind === 'Await');
}
