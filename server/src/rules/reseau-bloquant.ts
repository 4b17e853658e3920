import type { Call } from '../syntax/index.ts';
import { blockingRule, untilAnswered } from './blocking-rule.ts';
import type { Offers } from './repairs.ts';
import page from './reseau-bloquant.md';
import { offerThread } from './to-thread.ts';

export const reseauBloquant = blockingRule({
  code: 'ATT207',
  slug: 'reseau-bloquant',
  level: 'warning',
  peers: ['EVL001'],
  page,
  because: untilAnswered('le réseau n’a pas répondu'),
  // The loop calls these when a socket is ready.
  applies: ({ group }, on) => !on.isCallback || !/^(?:socket|ssl)\.\w*[sS]ocket$/i.test(group.of),
  offer(offers, { node }) {
    if (node.kind !== 'Call') return;
    offerThread(offers, node);
    offerResolver(offers, node);
  },
});

/** `socket.getaddrinfo()` → `await loop.getaddrinfo()`. */
function offerResolver(offers: Offers, call: Call): void {
  const { context } = offers;
  const isLookup = context.callee(call) === 'socket.getaddrinfo';
  // The loop's takes the rest by name.
  if (!isLookup || call.args.length > 2 || context.surroundings(call) !== 'coroutine') return;
  offers.add('Remplacer par `loop.getaddrinfo()`', 'review', (edits) => {
    const loop = edits.name('asyncio', 'get_running_loop', call);
    if (call.parent?.kind !== 'Await') edits.awaitExpr(call);
    edits.replace(call.func, `${loop}().getaddrinfo`);
  });
}
