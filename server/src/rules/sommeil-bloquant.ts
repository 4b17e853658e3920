import type { Call } from '../syntax/index.ts';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './sommeil-bloquant.md';

export const sommeilBloquant: Rule = {
  code: 'ATT201',
  slug: 'sommeil-bloquant',
  level: 'warning',
  peers: ['ASYNC251', 'S7488'],
  yieldsTo: ['ATT106', 'ATT111'],
  page,
  handlers: {
    Call(call, context) {
      if (context.callee(call) !== 'time.sleep') return;
      const enclosing = context.functionAround(call);
      if (enclosing === null || enclosing.kind === 'Lambda') return;
      if (enclosing.kind === 'AsyncFunctionDef') {
        context.report({
          at: call,
          message: `\`time.sleep()\` bloque toute la boucle d’évènements\u00a0: pendant cette pause dans \`${enclosing.name}()\`, aucune autre tâche n’avance.`,
        });
      } else if (context.isLoopCallback(context.idOf(enclosing) ?? '')) {
        context.report({
          at: call,
          message: `\`time.sleep()\` bloque toute la boucle d’évènements\u00a0: \`${enclosing.name}()\` est une fonction de rappel que la boucle exécute elle-même.`,
        });
      }
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  if (context.surroundings(call) === 'coroutine' && !insideGeneratorExpression(call))
    offers.add('Remplacer par `await asyncio.sleep()`', 'safe', (edits) => {
      const sleep = edits.name('asyncio', 'sleep', call);
      if (call.parent?.kind !== 'Await') edits.awaitExpr(call);
      edits.replace(call.func, `${sleep}`);
    });
  return offers.fixes;
}
