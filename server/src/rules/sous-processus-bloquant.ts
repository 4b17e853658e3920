import { offerAsyncProcess } from './async-process.ts';
import { blockingRule } from './blocking-rule.ts';
import page from './sous-processus-bloquant.md';
import { offerThread } from './to-thread.ts';

export const sousProcessusBloquant = blockingRule({
  code: 'ATT203',
  slug: 'sous-processus-bloquant',
  level: 'warning',
  peers: ['ASYNC220', 'ASYNC221', 'ASYNC222', 'S7487', 'S7489', 'EVL001', 'CH001'],
  page,
  because: ({ isBrief }) =>
    isBrief
      ? 'aucune autre tâche n’avance pendant le lancement, ni quand on attendra le processus'
      : 'aucune autre tâche n’avance tant que le processus n’est pas terminé',
  offer(offers, { node, isBrief }) {
    if (node.kind !== 'Call' || isBrief) return;
    offerThread(offers, node);
    offerAsyncProcess(offers, node);
  },
});
