import { every, isProjectId, membersOf, type Semantics } from '../semantics/index.ts';
import type { Call } from '../syntax/index.ts';
import page from './coroutine-jamais-attendue.md';
import { discardedCalls } from './discarded.ts';
import { keepTask } from './keep-task.ts';
import { makeAsync } from './make-async.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { callName } from './wording.ts';

export const coroutineJamaisAttendue: Rule = {
  code: 'ATT101',
  slug: 'coroutine-jamais-attendue',
  level: 'error',
  peers: ['reportUnusedCoroutine', 'unused-coroutine', 'unused-awaitable'],
  page,
  handlers: {
    Expr(statement, context) {
      for (const call of discardedCalls(statement.value)) {
        if (!every(context.kindOf(call), (kind) => kind.k === 'coroutine')) continue;
        const definition = definitionOf(call, context);
        context.report({
          at: call,
          message: `La coroutine \`${callName(call, context)}\` n’est jamais attendue\u00a0: son corps ne s’exécutera pas.`,
          related:
            definition === undefined
              ? []
              : [{ at: { definition }, message: 'Elle est définie ici, avec `async def`.' }],
        });
      }
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call)!;
  // In parentheses, the statement begins before the call.
  const isWhole = statement.start === call.start && statement.end === call.end;
  const offers = new Offers(context);
  switch (context.surroundings(call)) {
    case 'coroutine':
    case 'notebook':
      offers.add('Ajouter `await`', 'safe', (edits) => edits.awaitExpr(call));
      if (isWhole && !isGeneratorStep(call, context))
        offers.add('En faire une tâche conservée jusqu’à sa fin', 'review', (edits) => {
          const createTask = edits.name('asyncio', 'create_task', call);
          keepTask(edits, statement, call, `${createTask}(${context.text(call)})`);
        });
      break;
    case 'module':
      if (isGeneratorStep(call, context)) break;
      offers.add('Exécuter avec `asyncio.run()`', 'review', (edits) => {
        const run = edits.name('asyncio', 'run', call);
        if (isWhole && statement.parent === null && edits.standsAlone(statement))
          edits.wrap('if __name__ == "__main__":', [statement]);
        edits.insertBefore(call, `${run}(`);
        edits.insertAfter(call, ')');
      });
      break;
    case 'function': {
      const enclosing = context.functionAround(call);
      if (enclosing === null || enclosing.kind === 'Lambda') break;
      offers.add(
        `Rendre \`${enclosing.name}()\` asynchrone et ajouter \`await\``,
        'review',
        (edits) => {
          edits.awaitExpr(call);
          makeAsync(edits, enclosing);
        },
      );
      break;
    }
  }
  return offers.fixes;
}

/** `g.aclose()`, `g.asend(…)` give what can only be awaited: no task can be made of it. */
function isGeneratorStep(call: Call, context: Semantics): boolean {
  return call.func.kind === 'Attribute' && context.kindOf(call.func.value).k === 'asyncGenerator';
}

function definitionOf(call: Call, context: Semantics): string | undefined {
  const callee = membersOf(context.kindOf(call.func)).find((kind) => kind.k === 'function');
  return callee?.k === 'function' && isProjectId(callee.fn) ? callee.fn : undefined;
}
