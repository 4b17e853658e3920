import { blockingRule, untilAnswered } from './blocking-rule.ts';
import page from './http-bloquant.md';
import { offerHttpx } from './httpx.ts';
import { offerThread } from './to-thread.ts';

export const httpBloquant = blockingRule({
  code: 'ATT202',
  slug: 'http-bloquant',
  level: 'warning',
  peers: ['ASYNC210', 'ASYNC211', 'ASYNC212', 'S7499', 'EVL001', 'CH001'],
  page,
  because: (blocking, on) =>
    untilAnswered(
      blocking.isBrief ? 'les connexions ne sont pas fermées' : 'le serveur n’a pas répondu',
    )(blocking, on),
  offer(offers, { node }) {
    // What it gives is entered later, and blocks then.
    if (node.kind !== 'Call' || /\.stream$/.test(offers.context.callee(node) ?? '')) return;
    offerThread(offers, node);
    offerHttpx(offers, node);
  },
});
