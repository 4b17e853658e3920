import page from './base-de-donnees-bloquante.md';
import { blockingRule, untilAnswered } from './blocking-rule.ts';
import { offerThread } from './to-thread.ts';

export const baseDeDonneesBloquante = blockingRule({
  code: 'ATT206',
  slug: 'base-de-donnees-bloquante',
  level: 'warning',
  peers: ['EVL011'],
  page,
  because: untilAnswered('la base de données n’a pas répondu'),
  offer(offers, { node, group }) {
    if (node.kind === 'Call' && !group.isBoundToThread) offerThread(offers, node);
  },
});
