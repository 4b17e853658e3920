import type { Call } from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-jamais-attendue.md';
import { canBeTask, definitionRelated } from './coroutine-uses.ts';
import { keepTask } from './keep-task.ts';
import { droppedIn } from './lost-coroutines.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { callName } from './wording.ts';

export const coroutineJamaisAttendue: Rule = {
  code: 'ATT101',
  slug: 'coroutine-jamais-attendue',
  level: 'error',
  peers: [
    'reportUnusedCoroutine',
    'unused-coroutine',
    'unused-awaitable',
    'PyAsyncCall',
    'EVL004',
    'missing_await',
  ],
  page,
  handlers: {
    Expr(statement, context) {
      for (const call of droppedIn(statement, context))
        context.report({
          at: call,
          message: `La coroutine \`${callName(call, context)}\` n’est jamais attendue\u00a0: son corps ne s’exécutera pas.`,
          related: definitionRelated(context.kindOf(call)),
        });
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call)!;
  // In parentheses, the statement begins before the call.
  const isWhole = statement.start === call.start && statement.end === call.end;
  const where = context.surroundings(call);
  const offers = new Offers(context);
  offerToAwait(offers, [call]);
  if (!canBeTask(call, context)) return offers.fixes;
  if (isWhole && (where === 'coroutine' || where === 'notebook'))
    offers.add('En faire une tâche conservée jusqu’à sa fin', 'review', (edits) => {
      const createTask = edits.name('asyncio', 'create_task', call);
      keepTask(edits, statement, call, `${createTask}(${context.text(call)})`);
    });
  if (where === 'module')
    offers.add('Exécuter avec `asyncio.run()`', 'review', (edits) => {
      const run = edits.name('asyncio', 'run', call);
      if (isWhole && statement.parent === null && edits.standsAlone(statement))
        edits.wrap('if __name__ == "__main__":', [statement]);
      edits.insertBefore(call, `${run}(`);
      edits.insertAfter(call, ')');
    });
  return offers.fixes;
}
