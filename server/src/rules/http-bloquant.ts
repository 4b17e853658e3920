import { blockingRule, untilAnswered } from './blocking.ts';
import page from './http-bloquant.md';
import { offerHttpx } from './httpx.ts';
import { offerThread } from './to-thread.ts';

export const httpBloquant = blockingRule({
  code: 'ATT202',
  slug: 'http-bloquant',
  level: 'warning',
  peers: ['ASYNC210', 'ASYNC211', 'ASYNC212', 'S7499', 'EVL001', 'CH001'],
  yieldsTo: ['ATT106'],
  page,
  because: untilAnswered('le serveur n’a pas répondu'),
  offer(offers, { node }) {
    // What it gives is entered later, and blocks then.
    if (node.kind !== 'Call' || /\.stream$/.test(offers.context.callee(node) ?? '')) return;
    offerThread(offers, node);
    offerHttpx(offers, node);
  },
});
