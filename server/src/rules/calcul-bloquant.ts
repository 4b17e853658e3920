import { blockingRule } from './blocking-rule.ts';
import page from './calcul-bloquant.md';
import { offerProcesses, offerThread } from './to-thread.ts';

export const calculBloquant = blockingRule({
  code: 'ATT210',
  slug: 'calcul-bloquant',
  level: 'information',
  peers: ['EVL002'],
  page,
  because: () => 'aucune autre tâche n’avance pendant ce calcul',
  // What is written out in the program is little.
  applies: ({ node, group }) =>
    node.kind === 'Call' && !(group.names.has('compress') && node.args[0]?.kind === 'Constant'),
  offer(offers, { node }) {
    if (node.kind !== 'Call') return;
    offerThread(offers, node);
    offerProcesses(offers, node);
  },
});
