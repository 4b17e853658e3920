import { membersOf, shortName } from '../semantics/index.ts';
import type { Call, Name } from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-prise-pour-une-valeur.md';
import { definitionRelated } from './coroutine-uses.ts';
import { callsToAwait, misuseOfCall, misuseOfName } from './lost-coroutines.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
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
  const use = misuseOfCall(call, context);
  if (use === null) return;
  context.report({
    at: call,
    message: `La coroutine \`${callName(call, context)}\` est prise pour son résultat\u00a0: ${use.problem}.`,
    related: definitionRelated(context.kindOf(call)),
  });
}

function checkName(name: Name, context: RuleContext): void {
  const misused = misuseOfName(name, context);
  if (misused === null) return;
  const { use, held, isAtTimes } = misused;
  const [call] = held;
  const kind = context.kindOf(call ?? name);
  const [member] = membersOf(kind);
  const maker = member?.k === 'coroutine' && member.fn !== null ? shortName(member.fn) : '…';
  const what = call === undefined ? `${maker}()` : callName(call, context);
  context.report({
    at: name,
    message: `\`${name.id}\` ${isAtTimes ? 'peut contenir' : 'contient'} la coroutine \`${what}\`, pas son résultat\u00a0: ${use.problem}.`,
    related: [
      ...held.map((at) => ({ at, message: 'La coroutine est créée ici, sans être attendue.' })),
      ...definitionRelated(kind),
    ],
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const found = callsToAwait(node as Call | Name, context);
  if (found === null) return [];
  const { calls, uses, isMixed } = found;
  const [call] = calls;
  const isTask = uses.some(
    ({ parent }) => parent?.kind === 'Attribute' && OF_TASKS.test(parent.attr),
  );
  const where = context.file.at(call).surroundings(call);
  if (isMixed) {
    // Awaited further down: what is here was taken for a task.
    if (isTask && where === 'coroutine' && calls.length === 1)
      offers.add('En faire une tâche', 'review', (edits) => {
        edits.insertBefore(call, `${edits.name('asyncio', 'create_task', call)}(`);
        edits.insertAfter(call, ')');
      });
  } else if (where === 'module')
    offers.add('Exécuter avec `asyncio.run()`', 'review', (edits) => {
      for (const each of calls) {
        edits.insertBefore(each, `${edits.name('asyncio', 'run', each)}(`);
        edits.insertAfter(each, ')');
      }
    });
  else offerToAwait(offers, calls, isTask ? 'review' : 'safe');
  return offers.fixes;
}

/** Attributes that tasks have, and coroutines have not. */
const OF_TASKS =
  /^(?:(?:add|remove)_done_callback|cancel|cancelled|cancelling|uncancel|done|exception|result|[gs]et_name|get_coro|get_loop|(?:get|print)_stack)$/;
