import { blockingRule, untilAnswered } from './blocking.ts';
import page from './saisie-bloquante.md';
import { offerThread } from './to-thread.ts';

export const saisieBloquante = blockingRule({
  code: 'ATT205',
  slug: 'saisie-bloquante',
  level: 'warning',
  peers: ['ASYNC250', 'S7501'],
  yieldsTo: ['ATT106'],
  page,
  because: untilAnswered('personne n’a répondu au clavier'),
  // A callback that reads is called when there is something to read.
  applies: (_, on) => !on.isCallback,
  offer(offers, { node }) {
    if (node.kind === 'Call') offerThread(offers, node);
  },
});
