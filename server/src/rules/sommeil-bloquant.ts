import { blockingRule } from './blocking-rule.ts';
import { insideGeneratorExpression } from './repairs.ts';
import page from './sommeil-bloquant.md';

export const sommeilBloquant = blockingRule({
  code: 'ATT201',
  slug: 'sommeil-bloquant',
  level: 'warning',
  peers: ['ASYNC251', 'S7488', 'EVL001', 'CH001', 'sync-sleep-in-async-code'],
  page,
  because: (_, { fn }) => `pendant cette pause dans \`${fn.name}()\`, aucune autre tâche n’avance`,
  offer(offers, { node: call }) {
    const isAwaitable = offers.context.surroundings(call) === 'coroutine';
    if (call.kind !== 'Call' || !isAwaitable || insideGeneratorExpression(call)) return;
    offers.add('Remplacer par `await asyncio.sleep()`', 'safe', (edits) => {
      const sleep = edits.name('asyncio', 'sleep', call);
      if (call.parent?.kind !== 'Await') edits.awaitExpr(call);
      edits.replace(call.func, `${sleep}`);
    });
  },
});
