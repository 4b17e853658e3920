import type { AnnAssign, Assign, Call, Name, NamedExpr } from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-oubliee.md';
import { canBeTask, definitionRelated } from './coroutine-uses.ts';
import { usesOfForgotten } from './held-coroutines.ts';
import { keepingLines, keepTask } from './keep-task.ts';
import { forgottenIn } from './lost-coroutines.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { callName } from './wording.ts';

export const coroutineOubliee: Rule = {
  code: 'ATT102',
  slug: 'coroutine-oubliee',
  level: 'warning',
  peers: ['1001'],
  page,
  handlers: { Assign: check, AnnAssign: check, NamedExpr: check },
  fixes,
};

function check(statement: Assign | AnnAssign | NamedExpr, context: RuleContext): void {
  for (const { call, target, uses } of forgottenIn(statement, context)) {
    const name = `La coroutine \`${callName(call, context)}\``;
    const fate =
      target.id === '_'
        ? `${name} est jetée dans \`_\` sans être attendue`
        : `${name}, gardée dans \`${target.id}\`, n’est jamais attendue`;
    context.report({
      at: call,
      message: `${fate}\u00a0: son corps ne s’exécutera pas.`,
      related: [
        ...definitionRelated(context.kindOf(call)),
        ...uses.map((use) => ({
          at: use,
          message: 'C’est l’objet coroutine qui sert ici, pas son résultat.',
        })),
      ],
    });
  }
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call)!;
  const offers = new Offers(context);
  // What annotates the coroutine would not suit its result.
  offerToAwait(offers, [call], statement.kind === 'AnnAssign' ? 'review' : 'safe');
  if (statement.kind === 'Assign' && statement.value === call) offerTask(offers, statement, call);
  return offers.fixes;
}

/** A task has no more of a result to read than the coroutine: offered when nothing reads the name. */
function offerTask(offers: Offers, statement: Assign, call: Call): void {
  const { context } = offers;
  const where = context.surroundings(call);
  const target = statement.targets[0] as Name;
  const isUnread = usesOfForgotten(target, context)?.length === 0;
  if ((where !== 'coroutine' && where !== 'notebook') || !isUnread || !canBeTask(call, context))
    return;
  offers.add('En faire une tâche conservée jusqu’à sa fin', 'review', (edits) => {
    const task = `${edits.name('asyncio', 'create_task', call)}(${context.text(call)})`;
    if (target.id === '_') {
      keepTask(edits, statement, statement, task);
      return;
    }
    edits.replace(call, task);
    edits.insertLinesAfter(statement, keepingLines(edits, statement, target.id));
  });
}
